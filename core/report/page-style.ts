/** The report's look: one column that a narrow window and a printer can both show, dark where the reader's machine is; figures stay on white. */
export const pageStyle = `
:root { color-scheme: light; --ink: #1a1a1a; --pale: #595959; --line: #d0d0d0; --tint: #f5f6f8; --link: #0b5394;
  --paper: #fff; --rule: #ececec; --alert: #a61b00; --alert-tint: #fff4f0; --good: #00664b; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e6e6e6; --pale: #a9a9a9; --line: #4a4a4a; --tint: #232427; --link: #86b9f2;
    --paper: #17181a; --rule: #34363a; --alert: #ff9d87; --alert-tint: #3a1d17; --good: #6fd3b4; }
  figure .drawing, figure .live { background: #fff; color: #1a1a1a; border-radius: 4px; padding: 4px; }
  .swatch { background: #fff; border-radius: 3px; }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 28px 24px 60px; max-width: 1208px; color: var(--ink); background: var(--paper);
  font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; }
h2 { font-size: 20px; line-height: 1.3; margin: 0 0 10px; }
p { margin: 0 0 12px; max-width: 76ch; }
a { color: var(--link); }
header { border-bottom: 2px solid var(--ink); padding-bottom: 16px; margin-bottom: 26px; }
.description { font-size: 18px; margin-bottom: 14px; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 0; font-size: 14px; }
.facts div { display: flex; gap: 6px; }
.facts dt { color: var(--pale); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.status { border: 2px solid var(--alert); border-left-width: 10px; background: var(--alert-tint); padding: 10px 14px; margin: 0 0 18px;
  font-weight: bold; max-width: none; }
.headline { font-size: 18px; }
section, figure { margin: 0 0 38px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 15px; }
.comparison { width: 100%; }
.comparison th, .comparison td { padding: 7px 9px; text-align: right; vertical-align: top; white-space: nowrap; }
.comparison th { vertical-align: bottom; font-size: 13px; line-height: 1.25; white-space: normal; border-bottom: 1.5px solid var(--ink);
  border-top: 1.5px solid var(--ink); }
.comparison tbody tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
.comparison tbody th { font-size: 15px; line-height: 1.5; vertical-align: top; font-weight: normal; border-top: 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
.comparison tbody td { border-bottom: 1px solid var(--rule); }
.comparison .text { text-align: left; }
.comparison .unit { font-weight: normal; color: var(--pale); }
.comparison .interval { display: block; font-size: 12px; color: var(--pale); }
.comparison .best { font-weight: bold; }
.comparison thead button, .comparison tbody th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: inherit; }
.comparison tbody th button { display: inline-block; width: max-content; max-width: 40ch; white-space: normal; overflow-wrap: anywhere; }
.interactive .comparison thead button, .interactive .comparison tbody th button { cursor: pointer; }
.interactive .comparison button:hover { text-decoration: underline; }
.comparison [aria-sort=ascending] button::after { content: " \\25B4"; }
.comparison [aria-sort=descending] button::after { content: " \\25BE"; }
.comparison tr.faded > * { opacity: 0.45; }
.swatch { width: 14px; height: 14px; margin-right: 7px; vertical-align: -2px; }
.note, figcaption { font-size: 14px; }
figcaption { max-width: 100ch; margin-top: 6px; }
figcaption .links { white-space: nowrap; }
.note { margin-top: 8px; max-width: 100ch; }
figure .drawing svg { max-width: 100%; height: auto; display: block; }
figure .live { display: none; }
figure.drawn .live { display: block; width: 100%; overflow-x: auto; }
figure.drawn .live.vega-embed { padding: 0; }
.copies { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-start; }
details { border: 1px solid var(--line); border-radius: 4px; padding: 6px 12px; background: var(--tint); font-size: 14px; max-width: 100%; }
details[open] { flex-basis: 100%; }
summary { cursor: pointer; }
pre { font: 13px/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-x: auto; margin: 8px 0; white-space: pre; }
.copy { font: inherit; font-size: 14px; border: 1px solid #8c8c8c; border-radius: 4px; background: var(--paper); color: var(--ink); padding: 4px 12px; cursor: pointer; display: none; }
.interactive .copy { display: inline-block; }
.hint { display: none; }
.interactive .hint { display: block; }
@media screen { figure.drawn .drawing { display: none; } }
@media screen and (max-width: 760px) {
  body { padding: 18px 14px 40px; }
  h1 { font-size: 25px; }
  figure:not(.drawn) .drawing { overflow-x: auto; }
  figure:not(.drawn) .drawing svg { max-width: none; }
}
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 11pt; }
  figure .live, figure.drawn .live, .copies, .copy, .hint, .links { display: none !important; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  figure .drawing svg { max-height: 160mm; margin: 0 auto; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  .swatch, svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .comparison th, .comparison tbody th, .comparison td, .results th, .results td { padding: 3px 4px; font-size: 8pt; line-height: 1.3; white-space: normal; }
  .comparison .interval, .results .interval { font-size: 7pt; }
  .comparison tr.faded > * { opacity: 1; }
}
`
