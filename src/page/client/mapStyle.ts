/** The style sheet of the page with maps. */
export const mapStyle: string = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7fa; --line: #e2e6ee; --ink: #1b1f2a; --muted: #667085;
  --raised: #ffffff; --pressed: #e8ecf4; --focus: #1061d1; --shadow: 0 4px 18px rgb(20 30 60 / .16);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151c; --panel: #1a1e28; --line: #2b3140; --ink: #eceff5; --muted: #98a1b3;
    --raised: #232936; --pressed: #323a4b; --focus: #6aa6ff; --shadow: 0 4px 18px rgb(0 0 0 / .5);
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 14px/1.45 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif;
}
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button:focus-visible, input:focus-visible, .stage:focus-visible {
  outline: 2px solid var(--focus); outline-offset: 2px;
}
.map {
  display: grid; grid-template: auto 1fr auto / minmax(0, 1fr) 216px; gap: 12px 20px;
  height: 100vh; height: 100dvh; min-height: 420px; padding: 18px 20px 12px;
}
.map header {
  grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: end; gap: 8px 24px;
}
.map h1 { margin: 0; font-size: 20px; line-height: 1.2; letter-spacing: -.01em; }
.map header p { margin: 3px 0 0; color: var(--muted); }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-left: auto; }
.find { display: flex; align-items: center; gap: 8px; color: var(--muted); }
.find input {
  width: 104px; padding: 5px 9px; border: 1px solid transparent; border-radius: 8px;
  font: inherit; color: var(--ink); background: var(--panel);
}
.find input[aria-invalid=true] { border-color: #d92d20; }
.segments { display: flex; padding: 3px; border-radius: 9px; background: var(--panel); }
.segments button { padding: 4px 12px; border-radius: 6px; color: var(--muted); }
.segments button[aria-pressed=true] {
  background: var(--raised); color: var(--ink); box-shadow: 0 1px 3px rgb(0 0 0 / .16);
}
.morph { display: flex; align-items: center; gap: 10px; }
.morph label { display: flex; align-items: center; gap: 8px; }
.morph input { width: 150px; accent-color: var(--focus); }
.play { width: 30px; height: 30px; border-radius: 50%; background: var(--focus); }
.play::before {
  content: ''; display: block; width: 0; margin-left: 12px;
  border: solid transparent; border-width: 6px 0 6px 9px; border-left-color: var(--paper);
}
.play.playing::before {
  width: 9px; height: 10px; margin-left: 10.5px;
  border: solid var(--paper); border-width: 0 3px;
}
.stage {
  position: relative; min-height: 0; overflow: hidden; border-radius: 10px;
  touch-action: none; cursor: crosshair; user-select: none; -webkit-user-select: none;
}
.stage.grabbed { cursor: grabbing; }
.panels div { position: absolute; border-radius: 10px; background: var(--panel); }
.captions div {
  position: absolute; margin: 6px; padding: 3px 8px; border-radius: 6px; pointer-events: none;
  background: color-mix(in srgb, var(--panel) 82%, transparent);
}
.captions b + span:not(:empty) { margin-left: 8px; color: var(--muted); font-size: 13px; }
.stage canvas.dots, .stage canvas.above {
  position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none;
}
.buttons {
  position: absolute; left: 12px; bottom: 12px; display: flex; border-radius: 8px;
  background: var(--raised); box-shadow: var(--shadow); overflow: hidden;
}
.buttons button { width: 34px; height: 32px; font-size: 18px; line-height: 1; }
.buttons button + button { border-left: 1px solid var(--line); }
.buttons button:hover, aside button:hover { background: var(--pressed); }
.buttons svg { display: block; margin: auto; }
.tip {
  position: absolute; top: 0; left: 0; display: flex; gap: 10px; align-items: center;
  padding: 8px 12px 8px 8px; border-radius: 9px; background: var(--raised);
  box-shadow: var(--shadow); pointer-events: none; white-space: nowrap;
}
.tip canvas, .card canvas { display: block; border-radius: 5px; image-rendering: pixelated; }
.name::before {
  content: ''; display: inline-block; width: .7em; height: .7em; margin-right: .5em;
  border-radius: 50%; background: var(--color);
}
.tip .name, .card .name { font-weight: 700; }
.tip div, .card div { min-width: 0; }
.index { color: var(--muted); font-variant-numeric: tabular-nums; }
.caption { color: var(--muted); max-width: 240px; overflow: hidden; text-overflow: ellipsis; }
.caption:empty { display: none; }
aside { display: flex; flex-direction: column; gap: 14px; min-height: 0; }
aside h2 {
  display: flex; justify-content: space-between; margin: 0 0 4px; font-size: 12px;
  font-weight: 400; color: var(--muted);
}
.all { padding: 0 8px; margin-right: -8px; border-radius: 5px; color: var(--focus); }
.legend { display: flex; flex-direction: column; min-height: 90px; flex: 0 1 auto; }
.classes { margin: 0 -8px; padding: 0; list-style: none; overflow-y: auto; }
.classes button {
  display: flex; align-items: center; gap: 9px; width: 100%; padding: 4px 8px;
  border-radius: 6px; text-align: left;
}
.classes .swatch { flex: none; width: 12px; height: 12px; border-radius: 50%; background: var(--color); }
.classes .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.classes .name::before { content: none; }
.classes .count { color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
.classes button[aria-pressed=true] { background: var(--pressed); }
.classes button.muted { opacity: .45; }
.card { flex: none; min-height: 84px; padding-top: 14px; border-top: 1px solid var(--line); }
.illustrated .card { display: flex; flex-wrap: wrap; align-content: start; gap: 10px 12px; min-height: 218px; }
.card > :is(.hint, .neighbors) { flex: 1 0 100%; }
.card.empty > :not(.hint) { display: none; }
.card:not(.empty) .hint { display: none; }
.hint { margin: 0; color: var(--muted); }
.card:not(.illustrated *) .neighbors { margin-top: 10px; }
.strip { display: flex; flex-wrap: wrap; gap: 4px; }
.strip button { padding: 2px; border: 2px solid var(--color); border-radius: 6px; font-size: 12px; }
.strip button.wrong { border-style: dashed; }
.map footer { grid-column: 1 / -1; color: var(--muted); font-size: 12.5px; }
kbd {
  padding: 0 5px; border: 1px solid var(--line); border-radius: 4px;
  font: inherit; font-size: 11.5px; background: var(--panel);
}
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 760px) {
  .map {
    grid-template: auto minmax(320px, 68vh) auto auto / minmax(0, 1fr);
    height: auto; gap: 10px; padding: 12px;
  }
  .controls { margin-left: 0; }
  .classes { display: flex; flex-wrap: wrap; gap: 2px; margin: 0; }
  .card, .illustrated .card { min-height: 0; padding-top: 10px; }
  .map footer { display: none; }
}
@media print { .buttons, .controls, .map footer { display: none; } }
`;
