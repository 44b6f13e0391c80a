/**
 * Publishes the version that package.json names: checks, packs, tries the packed files, publishes them, and tags the
 * commit. With `--dry-run` everything but the last two steps.
 *
 *   npm run release -- [--dry-run]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const dryRun = values['dry-run'];
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tag = `v${version}`;

const run = (command, ...args) =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const step = (text) => console.log(`- ${text}`);

function stop(problem) {
  console.error(`Not released: ${problem}`);
  process.exit(1);
}

console.log(`${name} ${version}${dryRun ? ', dry run' : ''}`);

step(`CHANGELOG.md has the heading "## ${version}", with lines below`);
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const section = changelog.split(/^## /m).find((part) => part.startsWith(`${version}\n`));
if (!section || section.trim() === version) stop(`CHANGELOG.md says nothing about ${version}.`);

step('All changes are committed, and the version has no tag yet');
if (run('git', 'status', '--porcelain') !== '') {
  if (!dryRun) stop('there are changes that are not committed.');
  console.log('  (there are changes that are not committed: a release would stop here)');
}
if (run('git', 'tag', '--list', tag) !== '') stop(`the tag ${tag} exists: raise the version.`);

const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  step('Pack, which builds');
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'ignore' });
  const archive = join(folder, `${name}-${version}.tgz`);
  const files = run('tar', '-tzf', archive).trim().split('\n');
  for (const entry of ['dist/index.js', 'dist/node.js', 'dist/backend.js', 'README.md']) {
    if (!files.includes(`package/${entry}`)) stop(`the packed files lack ${entry}.`);
  }
  console.log(`  ${files.length} files`);

  step('The package is sound (publint, are the types wrong)');
  run('npm', 'run', '-s', 'test:package');

  if (dryRun) {
    step(`A release would now publish ${name}-${version}.tgz and tag the commit ${tag}`);
  } else {
    step('Publish');
    execFileSync('npm', ['publish', archive, '--access', 'public'], {
      cwd: root,
      stdio: 'inherit',
    });
    step(`Tag ${tag}: push it with git push origin ${tag}`);
    run('git', 'tag', '--annotate', tag, '--message', `${name} ${version}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
