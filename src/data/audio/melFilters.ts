/** A triangle over frequencies: the weights of the frequencies from `start` on. */
export interface MelFilter {
  readonly start: number;
  readonly weights: Float64Array;
}

export interface MelFilterShape {
  readonly sampleRate: number;
  readonly fftSize: number;
  readonly melBands: number;
  readonly minFrequency: number;
  readonly maxFrequency: number;
  readonly melScale: 'slaney' | 'htk';
  readonly melNorm: 'slaney' | 'none';
}

/** The filters of a mel spectrogram, one a band; a filter may hold no frequency, and has no weights then. */
export function melFilters(shape: MelFilterShape): MelFilter[] {
  const { sampleRate, fftSize, melBands, minFrequency, maxFrequency, melScale, melNorm } = shape;
  const { toMel, toHertz } = scales[melScale];
  const [low, high] = [toMel(minFrequency), toMel(maxFrequency)];
  const edges = Array.from({ length: melBands + 2 }, (_, i) =>
    toHertz(low + ((high - low) * i) / (melBands + 1)),
  );
  const bins = Math.floor(fftSize / 2) + 1;
  return Array.from({ length: melBands }, (_, band) => {
    const [left, middle, right] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    const norm = melNorm === 'slaney' ? 2 / (right - left) : 1;
    const weightOf = (bin: number): number => {
      const frequency = (bin * sampleRate) / fftSize;
      const rising = (frequency - left) / (middle - left);
      const falling = (right - frequency) / (right - middle);
      return Math.max(0, Math.min(rising, falling)) * norm;
    };
    let start = Math.max(0, Math.floor((left * fftSize) / sampleRate));
    let end = Math.min(bins, Math.ceil((right * fftSize) / sampleRate) + 1);
    while (start < end && weightOf(start) <= 0) start++;
    while (end > start && weightOf(end - 1) <= 0) end--;
    return {
      start,
      weights: Float64Array.from({ length: end - start }, (_, i) => weightOf(start + i)),
    };
  });
}

/** Hertz of a mel of Slaney's scale, whose steps are equal below 1000 Hz and grow above. */
const linearStep = 200 / 3;
const logStep = Math.log(6.4) / 27;
const knee = 1000 / linearStep;

const scales = {
  htk: {
    toMel: (hertz: number): number => 2595 * Math.log10(1 + hertz / 700),
    toHertz: (mel: number): number => 700 * (10 ** (mel / 2595) - 1),
  },
  slaney: {
    toMel: (hertz: number): number =>
      hertz < 1000 ? hertz / linearStep : knee + Math.log(hertz / 1000) / logStep,
    toHertz: (mel: number): number =>
      mel < knee ? mel * linearStep : 1000 * Math.exp((mel - knee) * logStep),
  },
};
