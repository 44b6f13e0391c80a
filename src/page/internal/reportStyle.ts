/** What a report adds to the style sheet of its map. */
export const reportStyle: string = `
.report { max-width: 1160px; margin: 0 auto; padding: 36px 24px 48px; }
.report > header h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -.015em; }
.report > header p { margin: 6px 0 0; color: var(--muted); font-size: 16px; }
.scores {
  display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px;
  margin: 26px 0 0; padding: 0;
}
.scores div { padding: 14px 16px; border-radius: 10px; background: var(--panel); }
.scores dt { color: var(--muted); }
.scores dd {
  margin: 4px 0 0; font-size: 24px; font-weight: 700; letter-spacing: -.01em;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
.scores .note { margin-top: 2px; font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--muted); }
.figures { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 44px 40px; margin-top: 40px; }
.figures > section { grid-column: span 6; min-width: 0; }
.figures > .half { grid-column: span 3; }
.report h2 { margin: 0; font-size: 19px; letter-spacing: -.01em; color: var(--ink); font-weight: 700; }
.report aside h2 { font-size: 12px; font-weight: 400; color: var(--muted); letter-spacing: 0; }
.report section > p, .report .map header p { margin: 3px 0 10px; color: var(--muted); }
@media (min-width: 761px) {
  .report .map { height: 650px; padding: 0; grid-template-rows: auto 1fr auto; }
}
.report .stage { touch-action: pan-y; }
.report .classes button { padding-block: 2px; }
.figure { overflow-x: auto; margin: -10px -20px -12px; }
.figure svg { display: block; max-width: max(100%, 600px); height: auto; }
.half svg { max-width: 100%; }
.natural svg { max-width: max(100%, 740px); }
.figure.narrow { display: none; }
.map ~ section [data-example] { cursor: pointer; }
.figure > table { width: calc(100% - 40px); margin: 18px 20px 0; }
.report table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.report th, .report td { padding: 6px 8px; text-align: right; border-bottom: 1px solid var(--line); }
.report th { font-weight: 400; color: var(--muted); }
.report th[scope=row] { color: var(--ink); overflow-wrap: anywhere; }
.report th:first-child { padding-left: 0; text-align: left; }
.report th:last-child, .report td:last-child { padding-right: 0; }
.notes { margin-top: 48px; padding-top: 20px; border-top: 1px solid var(--line); color: var(--muted); }
.notes ul { margin: 8px 0 0; padding-left: 18px; }
.notes li { margin: 4px 0; max-width: 90ch; }
@media (max-width: 1190px) {
  .figures > .half.natural { grid-column: span 6; }
}
@media (max-width: 760px) {
  .report { padding: 20px 14px 32px; }
  .scores { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figures > .half { grid-column: span 6; }
  .figure.wide { display: none; }
  .figure.narrow { display: block; }
  .figure.narrow svg { max-width: 100%; }
  .half svg { max-width: none; }
  .report .map { padding: 0; }
  .figure { margin: -10px -14px -12px; }
  .figure > table { width: calc(100% - 28px); margin: 18px 14px 0; font-size: 13px; }
}
`;
