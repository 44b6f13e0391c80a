import { buildSite } from './buildSite.ts';
import { serveSite } from './serveSite.ts';

export interface DocsArguments {
  /** The root of the repository, with a slash at its end. */
  readonly root: string;
  /** The folder to write into. */
  readonly out: string;
  readonly serve: boolean;
  readonly port: number;
}

export async function main({ root, out, serve, port }: DocsArguments): Promise<void> {
  const started = performance.now();
  const { pages } = await buildSite(root, out);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${pages} pages in ${out}, ${seconds} s. Any static host can serve the folder.`);
  if (serve) await serveSite(root, out, port);
  else console.log('npm run docs:dev serves it on this machine.');
}
