/** The flags of a command line, as they were given. */
export interface CommandLine {
  /** The text of a flag; undefined where it is not given. */
  text(name: string): string | undefined;
  /** The texts of a flag that may be repeated. */
  texts(name: string): readonly string[];
  /** @throws MetricLearningError that names the flag, unless it is a whole number from `least` to `most`. */
  whole<T>(name: string, least: number, fallback: T, most?: number): number | T;
  /** One of some words, the first of which is the default. */
  oneOf<T extends string>(name: string, ...known: [T, ...T[]]): T;
}

/**
 * Reads the flags `--name text` of a command line; `'help'` or `'version'` where that is asked for. `where` is what errors
 * name, `repeated` are flags that may be given several times.
 *
 * @throws MetricLearningError if a flag is none of `names` and `repeated`, or has no text.
 */
export function readCommandLine(
  where: string,
  args: string[],
  names: readonly string[],
  repeated?: readonly string[],
): CommandLine | 'help' | 'version';

/**
 * Runs a program: prints its help or its version, or calls `main`. A MetricLearningError is printed as one line, and the
 * program ends with 1.
 */
export function runProgram<Flags>(program: {
  readonly help: string;
  /** The package.json that has the version. */
  readonly manifest: URL;
  readFlags(args: string[]): Flags | 'help' | 'version';
  main(flags: Flags): Promise<void>;
}): Promise<void>;
