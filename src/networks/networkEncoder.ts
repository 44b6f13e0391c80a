import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TableEncoder } from '../data/encoders/fitTable.ts';
import type { Tokenizer } from '../data/encoders/fitTokenizer.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { OptionKind } from '../internal/optionKinds.ts';
import type { BaseShape } from './checkBase.ts';
import { allLayers } from './frozenLayers.ts';
import { addNetworkMetadata, networkMetadata } from './networkMetadata.ts';

/** What turns rows of tables or texts into the input of a network. */
export type Encoder = TableEncoder | Tokenizer;

export const encoderKind: OptionKind<Encoder> = {
  expected: 'what fitTable or fitTokenizer returns',
  accepts: (value) => {
    const { kind, state, encode } = (value ?? {}) as Partial<Encoder>;
    const known = kind === 'table' || kind === 'tokenizer';
    return known && typeof state === 'object' && typeof encode === 'function';
  },
};

/** What is kept of an encoder. */
export type KeptEncoder = {
  readonly [Kind in Encoder['kind']]: Pick<Extract<Encoder, { kind: Kind }>, 'kind' | 'state'>;
}[Encoder['kind']];

/** The encoder that a network was declared with, as it is kept. */
export function encoderOfNetwork(network: LayersModel): KeptEncoder | undefined {
  return networkMetadata(network).encoder as KeptEncoder | undefined;
}

/**
 * Declares the encoder of a network's input. It goes wherever the network goes: tfjs saves and loads it with the network.
 *
 * @throws MetricLearningError if it is no encoder, makes other inputs than the network takes, or the network has another
 * one already.
 */
export function declareEncoder(
  where: string,
  network: LayersModel,
  { input }: BaseShape,
  encoder: Encoder,
): void {
  const { kind, state } = encoder;
  const width = kind === 'table' ? encoder.width : encoder.state.length;
  if (input.length !== 1 || (input[0] !== null && input[0] !== width)) {
    throw new MetricLearningError({
      where,
      expected: `a base with an input of shape [batch, ${width}], as the encoder's examples are`,
      got: `[batch, ${input.map((size) => size ?? 'any').join(', ')}]`,
    });
  }
  if (kind === 'tokenizer') checkVocabulary(where, network, encoder.vocabulary);
  const known = encoderOfNetwork(network);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify({ kind, state })) {
    throw new MetricLearningError({
      where,
      expected: 'the encoder that the network was trained with',
      got: `another ${kind === 'table' ? 'table encoder' : 'tokenizer'}`,
      fix: 'Leave `encoder` out, and take the one that the network has: tableEncoderOf(model) or tokenizerOf(model). To train with another encoder, begin with a new network.',
    });
  }
  if (known === undefined) addNetworkMetadata(network, { encoder: { kind, state } });
}

/** Throws unless the embedding layer, where there is one, has a row for each token. */
function checkVocabulary(where: string, network: LayersModel, vocabulary: number): void {
  const found = allLayers(network).filter(({ layer }) => layer.getClassName() === 'Embedding');
  const rows = found.length === 1 ? found[0]!.layer.getConfig()['inputDim'] : undefined;
  if (typeof rows !== 'number' || rows >= vocabulary) return;
  throw new MetricLearningError({
    where,
    expected: `an embedding layer with a row for each of the tokenizer's ${vocabulary} ids`,
    got: `inputDim: ${rows}`,
    fix: 'Make the layer with inputDim: tokenizer.vocabulary.',
  });
}

/** Whatever holds a network: a `TripletModel`, what `createEmbedder` or `decodeBundle` gives, or the network itself. */
export type NetworkHolder =
  | LayersModel
  | { readonly base: LayersModel }
  | { readonly network?: LayersModel };

/**
 * The encoder of a kind that is kept with a network.
 *
 * @throws MetricLearningError if there is no network, or it has no encoder of this kind.
 */
export function keptEncoder<Kind extends Encoder['kind']>(
  where: string,
  kind: Kind,
  holder: NetworkHolder,
): Extract<KeptEncoder, { kind: Kind }> {
  const { base, network } = (holder ?? {}) as { base?: LayersModel; network?: LayersModel };
  const found = base ?? network ?? (holder as LayersModel | undefined);
  if (typeof found?.getUserDefinedMetadata !== 'function') {
    throw new MetricLearningError({
      where,
      expected: 'a TripletModel, what createEmbedder makes, the model of a bundle, or a network',
      got: show(holder),
    });
  }
  const kept = encoderOfNetwork(found);
  if (kept?.kind === kind) return kept as Extract<KeptEncoder, { kind: Kind }>;
  throw new MetricLearningError({
    where,
    expected: `a network that was trained with a ${names[kind]}`,
    got: kept === undefined ? 'one without an encoder' : `one with a ${names[kept.kind]}`,
    fix:
      kept === undefined
        ? 'Pass it when the model is made: new TripletModel(base, { encoder }).'
        : `Take it by ${kept.kind === 'table' ? 'tableEncoderOf' : 'tokenizerOf'}(model).`,
  });
}

const names = { table: 'table encoder', tokenizer: 'tokenizer' } as const;
