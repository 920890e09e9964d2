import { describe, expect, test } from 'vitest'
import { scriptJson, scriptText } from '../../core/report/html.js'
import type { ReportData } from '../../core/report/report-data.js'
import { runPage } from '../../core/report/run-page.js'
import { buildReport } from '../../core/report/write-report.js'
import { handMadeRun, syntheticRun } from './synthetic-run.js'

const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)> & "quotes"'
const libraries = /<script>\/\* vega(?:-embed)?\n[\s\S]*?<\/script>/g
const page = (data: ReportData) => runPage(data, [], '')

describe('the page', () => {
  test('holds nothing that a browser would fetch', async () => {
    const { html } = await buildReport(syntheticRun({ rounds: 20, quitting: 1 }))
    expect(html).toContain("default-src 'none'")
    expect(html.match(libraries)).toHaveLength(2)
    const own = html.replace(libraries, '')
    const addresses = new Set(own.match(/\bhttps?:\/\/[^"' )]*/g))
    expect(addresses).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']))
    expect(own).not.toMatch(/<link|<iframe|@import|\bsrc=/)
    expect(own.match(/<a href="(?!figures\/)/g)).toBeNull()
  })

  test('escapes whatever the run is called', async () => {
    const data = syntheticRun({
      rounds: 2,
      schedulers: [
        { label: evil, level: 1, spread: 0.1, decisionMs: 1 },
        { label: 'b', level: 1, spread: 0.1, decisionMs: 1 },
      ],
    })
    const { html, figures } = await buildReport({
      ...data,
      name: evil,
      description: evil,
      status: 'failed',
      reason: evil,
      scenarioText: evil,
      facts: [{ name: evil, value: evil }],
    })
    const own = html.replace(libraries, '')
    expect(own.includes('<script>alert')).toBe(false)
    expect(own.includes('<img')).toBe(false)
    // Two libraries, the page's own and a specification a figure.
    expect(html.match(/<script\b/g)).toHaveLength(3 + figures.length)
    expect(html.match(/<\/script>/g)).toHaveLength(3 + figures.length)
    for (const { svg } of figures) expect(svg).not.toMatch(/<script|<img/)
  })

  test('is the same bytes for the same data', async () => {
    const build = () => buildReport(syntheticRun({ rounds: 12 }))
    const [first, second] = [await build(), await build()]
    expect(first.html === second.html).toBe(true)
    expect(first.figures).toEqual(second.figures)
  })

  test('stays below 3 MB for the run of the paper', async () => {
    const warnings: string[] = []
    const { html } = await buildReport(syntheticRun({ rounds: 2500 }), (message) => warnings.push(message))
    expect(Buffer.byteLength(html)).toBeLessThan(3e6)
    expect(warnings).toEqual([])
  })

  test('shows the table’s numbers and each figure with its caption and its own data', async () => {
    const { html, figures } = await buildReport(handMadeRun({ base: [2, 4, 6, 8], other: [1, 2, 3, 4] }))
    expect(html).toMatch(/<td class="best" data-value="2\.5">2\.500<\/td>/)
    for (const { id, svg } of figures) {
      expect(html).toContain(svg)
      expect(html).toContain(`<a href="figures/${id}.svg" download="${id}.svg"`)
    }
    const specifications = Array.from(
      html.matchAll(/<script type="application\/json">([\s\S]*?)<\/script>/g),
      ([, json]) => JSON.parse(json),
    )
    expect(specifications).toHaveLength(figures.length)
  })

  test('says loudly how a run ended, and nothing where all is well', () => {
    const data = handMadeRun({ a: [1, 2], b: [1, 2] })
    expect(page(data)).not.toContain('role="alert"')
    expect(page({ ...data, roundsAsked: 9, status: 'interrupted', reason: 'it was killed' })).toContain(
      'This run was interrupted: it was killed.',
    )
    expect(page({ ...data, roundsAsked: 9, status: 'failed', reason: 'no space left' })).toContain(
      'This run failed after 2 of 9 rounds. no space left',
    )
    expect(page(handMadeRun({ a: [1, 2], b: [1] }))).toContain(
      'ended before its 2 rounds for b after 1 round.',
    )
  })

  test('is whole where no round was completed', async () => {
    const { html, figures } = await buildReport({
      ...handMadeRun({ a: [] }),
      roundsAsked: 5,
      status: 'failed',
    })
    expect(figures).toEqual([])
    expect(html.includes('No round was completed.')).toBe(true)
    expect(html.replace(libraries, '').includes('<table')).toBe(false)
  })
})

describe('text in a script element', () => {
  test('cannot end it, and means the same', () => {
    const value = { text: evil, separator: '\u2028' }
    expect(scriptJson(value)).not.toContain('<')
    expect(JSON.parse(scriptJson(value))).toEqual(value)
    const source = `'${'</script>'}'.length`
    expect(scriptText(source)).not.toContain('</script')
    expect(new Function(`return ${scriptText(source)}`)()).toBe(9)
  })
})
