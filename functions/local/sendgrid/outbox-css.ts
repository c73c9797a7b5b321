export const OUTBOX_CSS = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #16181d);
  --ground: light-dark(#f4f5f7, #0e1013);
  --ink: light-dark(#1b1f27, #e7e9ee);
  --quiet: light-dark(#565d6b, #a3aab8);
  --line: light-dark(#d9dce3, #2d323c);
  --accent: light-dark(#1d4ed8, #93b4ff);
  --on-accent: light-dark(#ffffff, #0e1013);
  --good: light-dark(#166534, #86efac);
  --bad: light-dark(#b91c1c, #fca5a5);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding: 12px 24px; background: var(--paper); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
.note, .quiet, .empty, time { color: var(--quiet); font-size: 13px; }
main { max-width: 1180px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0 0 8px; }
a { color: var(--accent); }
.count { color: var(--quiet); font-weight: 400; }
.title { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 12px; align-items: end; margin-bottom: 12px; }
.search { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.search label { font-size: 13px; color: var(--quiet); }
input, textarea, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button.primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; background: var(--paper); border: 1px solid var(--line); }
th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { font-size: 13px; color: var(--quiet); font-weight: 600; }
td .quiet { display: block; }
.pages { display: flex; gap: 16px; padding: 12px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 16px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 24px; }
iframe { width: 100%; height: 440px; border: 1px solid var(--line); border-radius: 8px; background: #ffffff; color-scheme: light; }
details { margin-top: 12px; }
summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 12px; font: 13px/1.5 ui-monospace, monospace; }
.headers { margin-top: 8px; font-size: 13px; }
aside section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-bottom: 16px; }
.buttons { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-bottom: 16px; }
.reply { display: grid; gap: 6px; }
.history { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.history li { display: grid; }
.history details { margin: 0; font-size: 13px; }
.good { color: var(--good); }
.bad { color: var(--bad); }
@media (max-width: 860px) { .columns { grid-template-columns: minmax(0, 1fr); } main { padding: 16px; } }
@media (max-width: 560px) { th:nth-child(n+3), td:nth-child(n+3) { display: none; } }
`
