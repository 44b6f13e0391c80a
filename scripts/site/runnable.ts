/** What code in the page may import, and the file of the site that each name is. */
export const modules: Readonly<Record<string, string>> = {
  'tfjs-metric-learning': 'lib/tfjs-metric-learning.js',
  'tfjs-metric-learning/backend': 'lib/backend.js',
  '@tensorflow/tfjs-core': 'lib/tfjs-core.js',
  '@tensorflow/tfjs-layers': 'lib/tfjs-layers.js',
  '@tensorflow/tfjs-backend-cpu': 'lib/tfjs-backend-cpu.js',
  hyparquet: 'lib/hyparquet.js',
};

/** The modules that code imports, in any form. */
export function importsOf(code: string): string[] {
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}

/** Does this code run in a page? It imports something, and nothing but what the site has. */
export function isRunnable(code: string): boolean {
  const imports = importsOf(code);
  return imports.length > 0 && imports.every((name) => Object.hasOwn(modules, name));
}
