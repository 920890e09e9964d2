/**
 * What makes the page interactive: it draws the figures anew with tooltips, stacks their panels in a narrow window, and
 * lets a click on a scheduler's name bring it out in all of them. Without it the page shows the static drawings.
 */
export const pageScript = `
(() => {
  const views = []
  let highlighted = null
  const schedulers = new Set(
    [...document.querySelectorAll('.comparison tbody tr')].map((row) => row.dataset.scheduler),
  )
  document.documentElement.classList.add('interactive')
  // As figures have the names that Vega would stumble over.
  const drawnName = (label) =>
    label in Object.prototype
      ? label + '\\u200b'
      : label.replaceAll('\\u2028', ' \\u200b').replaceAll('\\u2029', ' \\u200b\\u200b')
  const labels = new Map([...schedulers].map((label) => [drawnName(label), label]))
  const labelOf = (name) => labels.get(String(name))

  const columnsFor = (most, width) => Math.max(1, Math.min(most, Math.floor((width + 30) / (most === 2 ? 480 : 370))))
  const legendColumnsFor = (width) => Math.max(1, Math.min(6, Math.floor(width / 190)))

  function arrange({ view, most, element }) {
    const width = element.clientWidth
    const columns = columnsFor(most, width)
    const legendColumns = legendColumnsFor(width)
    if (view.signal('panelColumns') === columns && view.signal('legendColumns') === legendColumns) return
    view.signal('panelColumns', columns).signal('legendColumns', legendColumns).runAsync()
  }

  function highlight(scheduler) {
    highlighted = highlighted === scheduler ? null : scheduler
    for (const { view, faded } of views) if (faded) view.signal('highlight', highlighted && drawnName(highlighted)).runAsync()
    for (const row of document.querySelectorAll('.comparison tbody tr'))
      row.classList.toggle('faded', highlighted !== null && row.dataset.scheduler !== highlighted)
  }

  async function draw(figure) {
    const element = figure.querySelector('.live')
    const spec = JSON.parse(figure.querySelector('script').textContent)
    const most = Number(figure.dataset.columns)
    const width = figure.clientWidth
    for (const signal of spec.signals) {
      if (signal.name === 'panelColumns') signal.value = columnsFor(most, width)
      if (signal.name === 'legendColumns') signal.value = legendColumnsFor(width)
    }
    const has = (name) => spec.signals.some((signal) => signal.name === name)
    const { view } = await vegaEmbed(element, spec, {
      mode: 'vega',
      renderer: figure.dataset.renderer,
      actions: false,
      hover: false,
    })
    figure.classList.add('drawn')
    const drawn = { view, most, element, faded: has('highlight') }
    views.push(drawn)
    if (drawn.faded) {
      view.addEventListener('click', (_, item) => {
        const role = item && item.mark && item.mark.role
        const isLegend = role === 'legend-label' || role === 'legend-symbol'
        if (isLegend && schedulers.has(labelOf(item.datum.value))) highlight(labelOf(item.datum.value))
        else if (highlighted !== null) highlight(highlighted)
      })
    }
    if (has('highlightChannel')) {
      const over = (channel) => view.signal('highlightChannel', channel).runAsync()
      view.addEventListener('mouseover', (_, item) => {
        const channel = item && item.datum && item.datum.channel
        if (channel !== undefined) over(channel)
      })
      view.addEventListener('mouseout', () => over(null))
    }
    new ResizeObserver(() => arrange(drawn)).observe(element)
  }

  async function drawAll() {
    for (const figure of document.querySelectorAll('figure[data-columns]')) {
      try {
        await draw(figure)
      } catch (error) {
        console.error(error)
      }
      await new Promise((resolve) => setTimeout(resolve))
    }
  }

  for (const link of document.querySelectorAll('a[data-figure]')) {
    link.addEventListener('click', () => {
      const svg = link.closest('figure').querySelector('.drawing svg').outerHTML
      link.href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
    })
  }

  for (const button of document.querySelectorAll('.copy')) {
    button.addEventListener('click', async () => {
      const source = document.getElementById(button.dataset.source)
      try {
        await navigator.clipboard.writeText(source.textContent)
        button.textContent = 'copied'
      } catch {
        source.closest('details').open = true
        getSelection().selectAllChildren(source)
        button.textContent = 'selected: press Ctrl+C'
      }
    })
  }

  for (const row of document.querySelectorAll('.comparison tbody tr'))
    row.querySelector('button').addEventListener('click', () => highlight(row.dataset.scheduler))

  const heads = [...document.querySelectorAll('.comparison thead th')]
  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending'
      for (const each of heads) each.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending')
      const body = document.querySelector('.comparison tbody')
      const valueOf = (row) => row.children[column].dataset.value
      const numeric = head.dataset.numeric === 'true'
      const compare = (a, b) => (numeric ? Number(valueOf(a)) - Number(valueOf(b)) || 0 : valueOf(a).localeCompare(valueOf(b)))
      body.append(...[...body.rows].sort((a, b) => (descending ? -compare(a, b) : compare(a, b))))
    })
  })

  drawAll()
})()
`
