// What the programs of the examples do with their command lines. JavaScript, so that `src` and `dist` both find it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

export function readCommandLine(where, args, names, repeated = []) {
  const wrong = (expected, got) => new MetricLearningError({ where, expected, got });
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' }]),
    ...repeated.map((name) => [name, { type: 'string', multiple: true }]),
    ...['help', 'version'].map((name) => [name, { type: 'boolean' }]),
  ]);
  let values;
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    throw wrong('the flags that --help lists', error.message.split(/\.\s/)[0]);
  }
  if (values.help) return 'help';
  if (values.version) return 'version';
  return {
    text: (name) => values[name],
    texts: (name) => values[name] ?? [],
    whole(name, least, fallback, most = Number.POSITIVE_INFINITY) {
      const given = values[name];
      if (given === undefined) return fallback;
      const value = Number(given);
      const isWhole = given !== '' && Number.isSafeInteger(value);
      if (isWhole && value >= least && value <= most) return value;
      const range = most === Number.POSITIVE_INFINITY ? `>= ${least}` : `from ${least} to ${most}`;
      throw wrong(`--${name} to be a whole number ${range}`, given);
    },
    oneOf(name, ...known) {
      const given = values[name] ?? known[0];
      if (known.includes(given)) return given;
      throw wrong(`--${name} to be one of ${known.join(', ')}`, given);
    },
  };
}

export async function runProgram({ help, manifest, readFlags, main }) {
  try {
    const flags = readFlags(process.argv.slice(2));
    if (flags === 'help') console.log(help);
    else if (flags === 'version') console.log(JSON.parse(readFileSync(manifest, 'utf8')).version);
    else await main(flags);
  } catch (error) {
    if (!(error instanceof MetricLearningError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
