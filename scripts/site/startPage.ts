import type { Highlight } from './highlight.ts';
import type { PageParts } from './layout.ts';
import { codeBlock } from './markdown.ts';

const example = `import { layers, sequential } from '@tensorflow/tfjs-layers';
import { mPerClassSampler, retrievalMetrics, semiHardMiner, TripletModel, tripletMarginLoss } from 'tfjs-metric-learning';

/** Points in the plane. Their class is the ring that they lie on. */
function rings(count: number, start: number) {
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const examples = labels.flatMap((ring, i) => {
    const angle = (start + i) * 2.4;
    return [(1 + ring) * Math.cos(angle), (1 + ring) * Math.sin(angle)];
  });
  return { examples: Float32Array.from(examples), labels };
}

const base = sequential({
  layers: [
    layers.dense({ inputShape: [2], units: 32, activation: 'relu' }),
    layers.dense({ units: 32, activation: 'relu' }),
    layers.dense({ units: 2 }),
  ],
});
const model = new TripletModel(base);
const test = rings(90, 1000);
const score = async () => (await retrievalMetrics(model.embed(test.examples), test.labels)).mapAtR.toFixed(3);

console.log('before', await score());
model.compile({ optimizer: 'adam', loss: tripletMarginLoss({ margin: 0.3 }) });
await model.fit(rings(300, 0), {
  sampler: mPerClassSampler({ m: 10, length: 300 }),
  miner: semiHardMiner(),
  batchSize: 30,
  epochs: 30,
  seed: 1,
});
console.log('after', await score());`;

const steps: readonly (readonly [url: string, title: string, text: string])[] = [
  [
    'your-network.html',
    'Bring a network',
    'Any tfjs model with one input and one output: dense, convolutional, recurrent, pretrained.',
  ],
  [
    'choosing-a-loss.html',
    'Choose a loss',
    'Which loss, miner and sampler to begin with, and what each does on real data.',
  ],
  [
    'training.html',
    'Train',
    'Validation, early stopping, checkpoints, streams. The same seed gives the same weights.',
  ],
  [
    'evaluation.html',
    'Measure',
    'Retrieval, verification, clustering, confidence intervals, a threshold for your goal.',
  ],
  [
    'search.html',
    'Search',
    'Exact and approximate nearest neighbors, in memory or in your database.',
  ],
  [
    'bundle.html',
    'Recognize',
    'Enroll a class with five examples, forget it again, and hear “none of these”.',
  ],
];

const reasons: readonly (readonly [title: string, text: string])[] = [
  [
    'Native speed from plain npm packages',
    'The simd backend trains with WebAssembly and threads, in Node and in browsers: no native add-on, no Python.',
  ],
  [
    'Numbers that hold',
    'Losses, gradients, miners and metrics are compared with the values of other implementations, in every run of the tests.',
  ],
  [
    'Bit for bit',
    'The same seed gives the same weights, on any number of threads, and after a run that was killed and resumed.',
  ],
  [
    'Nothing that you do not import',
    'No dependency at run time. TensorFlow.js packages are peers; every bundler takes the library as it is.',
  ],
  [
    'Errors that say the fix',
    'What was expected, what was given, and what to do: also for a wrong name of an option.',
  ],
  [
    'Pictures of everything',
    'Maps, curves, galleries and a report page, without a drawing library.',
  ],
];

/** The first page: what the library is, live, and where to go on. */
export function startPage(parts: {
  readonly linkTo: (file: string) => string;
  readonly highlight: Highlight;
  readonly live: boolean;
}): PageParts {
  const { linkTo, highlight, live } = parts;
  const map = linkTo('docs/images/mnist-map.png');
  const body = `<section class="hero">
<h1>Teach a network what is alike</h1>
<p class="lead">Metric learning for TensorFlow.js. A network turns images, sounds or texts into vectors that lie near each other when two examples are of one class. Search with them, verify, recognize new classes from five examples, or hear <q>like nothing I know</q>.</p>
<p class="buttons"><a class="button strong" href="introduction.html">Get started</a> <a class="button" href="losses/results.html">See results</a></p>
<div class="install"><code>npm install tfjs-metric-learning</code></div>
</section>
<section class="live"${live ? ' aria-labelledby="live"' : ''}>
${live ? liveFrame : mapFigure(map)}
</section>
<section aria-labelledby="day">
<h2 id="day">A day with it</h2>
<ol class="steps">${steps.map(([url, title, text]) => `<li><a href="${url}"><strong>${title}</strong><span>${text}</span></a></li>`).join('')}</ol>
</section>
<section aria-labelledby="try">
<h2 id="try">Run it here</h2>
<p>This is the whole program. It trains in this page, in a second or two, on the backend that you choose. Every example of the guide has this button.</p>
${codeBlock(highlight, example, 'ts')}
</section>
<section aria-labelledby="why">
<h2 id="why">Why this one</h2>
<ul class="reasons">${reasons.map(([title, text]) => `<li><h3>${title}</h3><p>${text}</p></li>`).join('')}</ul>
</section>
${live ? `<section aria-labelledby="map"><h2 id="map">Before and after</h2>${mapFigure(map)}</section>` : ''}`;
  return {
    url: 'index.html',
    title: 'tfjs-metric-learning',
    description:
      'Metric learning for TensorFlow.js: losses, miners, samplers, evaluation, search and recognition, at native speed in Node and in browsers.',
    body,
    part: 'start',
  };
}

const liveFrame = `<h2 id="live">Train a network in this page</h2>
<iframe class="live" src="live/index.html" title="A network that learns in this page" loading="lazy" allow="camera; cross-origin-isolated"></iframe>
<p class="from"><a href="live/index.html">Open it in a window of its own</a></p>`;

function mapFigure(map: string): string {
  return `<figure class="wide"><img class="picture" src="${map}" width="2400" height="1200" alt="Two maps of the 10,000 test images of MNIST. As raw pixels, the ten digits overlap. As the trained network sees them, they are ten separate groups."><figcaption>The 10,000 test images of MNIST as raw pixels, and as a network sees them after two epochs.</figcaption></figure>`;
}
