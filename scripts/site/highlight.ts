import { createHighlighter } from 'shiki';

export type Highlight = (code: string, language: string) => string;

const languages = [
  'ts',
  'tsx',
  'js',
  'json',
  'bash',
  'python',
  'sql',
  'html',
  'css',
  'vue',
  'yaml',
  'docker',
];
const aliases: Readonly<Record<string, string>> = {
  sh: 'bash',
  shell: 'bash',
  javascript: 'js',
  typescript: 'ts',
  py: 'python',
  dockerfile: 'docker',
};

/** A function that colors code for a light and a dark page; each color is a variable of the style sheet. */
export async function createHighlight(): Promise<Highlight> {
  const highlighter = await createHighlighter({
    themes: ['github-light-high-contrast', 'github-dark-default'],
    langs: languages,
  });
  const done = new Map<string, string>();
  return (code, language) => {
    const lang = aliases[language] ?? language;
    const key = `${lang}\n${code}`;
    let html = done.get(key);
    if (html === undefined) {
      html = highlighter.codeToHtml(code, {
        lang: languages.includes(lang) ? lang : 'text',
        themes: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
        defaultColor: false,
      });
      done.set(key, html);
    }
    return html;
  };
}
