import { element, escapeXml } from '../../charts/internal/svg.ts';

export interface HtmlPage {
  readonly title: string;
  readonly style: string;
  readonly body: string;
  readonly script: string;
}

/**
 * One HTML document that holds all it needs. Its content security policy forbids to load anything from anywhere,
 * so that it shows the same in ten years, and tells nobody that it was opened.
 */
export function htmlPage({ title, style, body, script }: HtmlPage): string {
  const policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element('title', {}, escapeXml(title)),
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    body,
    script === '' ? '' : `<script>${inScript(script)}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A value as the text of a script element of type application/json: no text in it can end the element. */
export function jsonScript(value: unknown): string {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c');
  return `<script type="application/json">${text}</script>`;
}

/** Code that may hold the words that end a script element, but only within strings. */
function inScript(code: string): string {
  return code.replace(/<(?=\/script|!--)/gi, '\\x3c');
}
