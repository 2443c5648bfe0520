"""How a report looks: one style sheet, light and dark, on screen and on paper."""

CSS = """
:root { color-scheme: light dark; --paper: #ffffff; --card: #f6f7f9; --ink: #1d2733; --muted: #5d6875; --line: #d9dde2;
  --good: #00734f; --bad: #b03a00; --note: #7a5b00; --good-soft: #e3f4ec; --bad-soft: #fdeadf; --note-soft: #fbf2d5; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --card: #1c2229; --ink: #e4e8ec; --muted: #9aa5b1;
  --line: #323b45; --good: #5fd0a3; --bad: #ff9a62; --note: #e8c65a; --good-soft: #16302a; --bad-soft: #3a2418;
  --note-soft: #332b14; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.2rem 1.4rem 3rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { border-bottom: 2px solid var(--line); padding-bottom: 1rem; margin-bottom: 1.4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.12rem; margin: 2.1rem 0 .7rem; }
p { margin: .4rem 0; }
.muted, figcaption, .source { color: var(--muted); }
.chip { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  background: var(--card); color: var(--muted); border: 1px solid var(--line); white-space: nowrap; }
.good { background: var(--good-soft); color: var(--good); border-color: transparent; }
.bad { background: var(--bad-soft); color: var(--bad); border-color: transparent; }
.note { background: var(--note-soft); color: var(--note); border-color: transparent; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.2rem, 1fr)); gap: .6rem; }
.numbers div { background: var(--card); border-radius: .5rem; padding: .55rem .8rem; }
.numbers b { display: block; font-size: 1.12rem; font-variant-numeric: tabular-nums; }
.numbers span { color: var(--muted); font-size: .82rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--muted); font-weight: 600; }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; }
.source { font-size: .82rem; }
figure { margin: 0 0 1.2rem; }
.wide, .half, .third { display: grid; gap: .8rem; }
.half { grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }
.third { grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
section img { width: 100%; border-radius: .4rem; background: #ffffff; border: 1px solid var(--line); display: block; }
figcaption { font-size: .85rem; margin-top: .3rem; }
svg { width: 100%; height: auto; display: block; }
ul.warnings { list-style: none; padding: 0; margin: 0; }
ul.warnings li { background: var(--note-soft); color: var(--note); border-radius: .4rem; padding: .4rem .8rem;
  margin-bottom: .4rem; }
details { background: var(--card); border-radius: .5rem; padding: .6rem .9rem; margin-bottom: .6rem; }
summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; font-size: .8rem; line-height: 1.4; margin: .6rem 0 0; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--muted);
  font-size: .85rem; }
@media print { :root { --paper: #ffffff; --card: #f6f7f9; --ink: #1d2733; --muted: #5d6875; --line: #d9dde2;
  --good: #00734f; --bad: #b03a00; --note: #7a5b00; --good-soft: #e3f4ec; --bad-soft: #fdeadf; --note-soft: #fbf2d5; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } figure, table, .numbers div { break-inside: avoid; }
  h2 { break-after: avoid; } img { break-inside: avoid; } details:not([open]) { display: none; }
  .half { grid-template-columns: 1fr 1fr; } .third { grid-template-columns: 1fr 1fr 1fr; } }
"""
