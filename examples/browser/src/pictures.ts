import type { BrowserStore, TrainingConnection } from 'tfjs-metric-learning/browser';
import { createCamera } from './camera.ts';
import { part, text } from './dom.ts';
import { colors } from './known.ts';
import { featureDims, featuresOf, pictureSize, squareOf } from './pictureFeatures.ts';
import type { Learned, Seen, Shown } from './pictureLearner.ts';
import { createTurns } from './turns.ts';

interface Picture {
  readonly kind: string;
  readonly square: HTMLCanvasElement;
  readonly features: Float32Array;
}

const stored = 'pictures';
const enough = 3; // pictures of a kind from which one can be held out

/** The part of the page that learns from pictures of files and of the camera. */
export async function startPictures(
  connection: TrainingConnection<never>,
  store: BrowserStore,
): Promise<void> {
  const video = part<HTMLVideoElement>('camera-view');
  const camera = createCamera(video);
  let pictures: Picture[] = [];
  /** Kinds in the order of their first picture; the worker knows them by their number. */
  const kinds = (): string[] => [...new Set(pictures.map(({ kind }) => kind))];
  let ready = false;
  const turns = createTurns((error) => text('pictures-note', (error as Error).message));

  const pictureOf = (source: CanvasImageSource, width: number, height: number, kind: string) => {
    const square = squareOf(source, width, height);
    return { kind, square, features: featuresOf(square) };
  };
  const kindWanted = (): string | undefined => {
    const field = part<HTMLInputElement>('kind');
    const kind = field.value.trim();
    if (kind !== '') return kind;
    text('pictures-note', 'Give the kind a name first, such as cup.');
    field.focus();
    return undefined;
  };

  /** Learns from all pictures anew, and says how well. */
  const learn = async (): Promise<void> => {
    showKinds();
    const names = kinds();
    const short = names.filter((name) => pictures.filter((p) => p.kind === name).length < enough);
    ready = names.length >= 2 && short.length === 0;
    if (!ready) {
      text('seen-note', '');
      text(
        'pictures-note',
        names.length === 0
          ? 'No pictures yet.'
          : names.length === 1
            ? 'Now a second kind: another name, and some pictures of it.'
            : `It needs ${enough} pictures of each kind: some more of ${short.join(', ')}.`,
      );
      return;
    }
    const shown: Shown = {
      features: Float32Array.from(pictures.flatMap(({ features }) => [...features])),
      dims: featureDims,
      kinds: pictures.map(({ kind }) => names.indexOf(kind)),
    };
    const { before, after, adapted } = await connection.call<Learned>('learnPictures', shown);
    const percent = (share: number): string => `${Math.round(100 * share)} %`;
    text(
      'pictures-note',
      `Of pictures that were held out, ${percent(before)} find their kind as they are, ${percent(after)} with an adapter: ${
        adapted ? 'it uses the adapter.' : 'it does without.'
      }`,
    );
  };
  const keep = async (): Promise<void> => {
    const all = pictures.map(({ kind, square }) => ({
      kind,
      image: square.toDataURL('image/png'),
    }));
    await store.write(stored, new TextEncoder().encode(JSON.stringify(all)));
  };
  const change = (next: () => Picture[]): void =>
    turns.take(async () => {
      pictures = next();
      await learn();
      await keep();
    });

  const showKinds = (): void => {
    part('kinds').replaceChildren(
      ...kinds().map((kind, number) => {
        const own = pictures.filter((picture) => picture.kind === kind);
        const item = document.createElement('li');
        item.style.setProperty('--color', colors[number % colors.length]!);
        const [name, count, forget] = ['b', 'span', 'button'].map((tag) =>
          document.createElement(tag),
        ) as [HTMLElement, HTMLElement, HTMLButtonElement];
        name.textContent = kind;
        count.className = 'count';
        count.textContent = own.length === 1 ? '1 picture' : `${own.length} pictures`;
        forget.type = 'button';
        forget.textContent = 'Forget';
        forget.setAttribute('aria-label', `Forget ${kind}`);
        forget.addEventListener('click', () =>
          change(() => pictures.filter((picture) => picture.kind !== kind)),
        );
        const strip = document.createElement('div');
        strip.className = 'strip';
        strip.append(...own.slice(-8).map(({ square }) => copyOf(square)));
        item.append(name, count, forget, strip);
        return item;
      }),
    );
  };

  const showSeen = ({ distances }: Seen): void => {
    const names = kinds();
    const [best = -1] = [...distances.keys()].sort((a, b) => distances[a]! - distances[b]!);
    const near = (distances[best] ?? Infinity) <= 1;
    const verdict = part('seen');
    verdict.className = `verdict ${near ? 'known name' : 'unknown'}`;
    verdict.style.setProperty('--color', colors[Math.max(0, best) % colors.length]!);
    const words = near ? (names[best] ?? '?') : 'Like nothing I know';
    const strong = verdict.querySelector('strong') as HTMLElement;
    if (strong.textContent !== words) strong.textContent = words;
    text(
      'seen-note',
      'How near the nearest picture of each kind is; beyond the line it is like nothing known.',
    );
    part('scores').replaceChildren(
      ...names.map((name, number) => {
        const item = document.createElement('li');
        item.style.setProperty('--color', colors[number % colors.length]!);
        item.style.setProperty('--share', String(Math.min(1, (distances[number] ?? 9) / 2)));
        const [label, bar] = [document.createElement('span'), document.createElement('i')];
        label.textContent = name;
        item.append(label, bar);
        item.setAttribute(
          'aria-label',
          `${name}: ${(distances[number] ?? 9).toFixed(2)} of the threshold`,
        );
        return item;
      }),
    );
  };
  const see = async ({ features, square }: Picture): Promise<void> => {
    const asked = part<HTMLCanvasElement>('asked');
    asked.getContext('2d')?.drawImage(square, 0, 0, asked.width, asked.height);
    showSeen(await connection.call<Seen>('seePicture', features));
  };

  const read = async (file: File, kind: string): Promise<Picture> => {
    const bitmap = await createImageBitmap(file).catch((cause) => {
      throw new Error(`${file.name} is no picture that this browser can read.`, { cause });
    });
    const picture = pictureOf(bitmap, bitmap.width, bitmap.height, kind);
    bitmap.close();
    return picture;
  };
  const files = part<HTMLInputElement>('files');
  files.addEventListener('change', () => {
    const kind = kindWanted();
    const chosen = [...(files.files ?? [])];
    files.value = '';
    if (kind === undefined || chosen.length === 0) return;
    turns.take(async () => {
      const more = await Promise.allSettled(chosen.map((file) => read(file, kind)));
      pictures = [
        ...pictures,
        ...more.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
      ];
      await learn();
      await keep();
      const failed = more.find((result) => result.status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    });
  });
  const asking = part<HTMLInputElement>('ask-file');
  asking.addEventListener('change', () => {
    const [file] = [...(asking.files ?? [])];
    asking.value = '';
    if (!file) return;
    turns.take(async () => {
      if (!ready) throw new Error('Teach it two kinds first.');
      camera.stop();
      showCamera();
      part('asked').hidden = false;
      part('viewer-hint').hidden = true;
      await see(await read(file, ''));
    });
  });

  const showCamera = (): void => {
    part('camera').textContent = camera.on ? 'Camera off' : 'Camera on';
    part('take').hidden = !camera.on;
    video.hidden = !camera.on;
    part('viewer-hint').hidden = camera.on;
    if (camera.on) part('asked').hidden = true;
  };
  part('camera').addEventListener('click', () => {
    if (camera.on) {
      camera.stop();
      showCamera();
      return;
    }
    turns.take(async () => {
      await camera.start();
      showCamera();
      text(
        'pictures-note',
        'Name a kind, hold it before the camera, and press Take a picture a few times.',
      );
      void watch();
    });
  });
  part('take').addEventListener('click', () => {
    const kind = kindWanted();
    if (kind === undefined || video.videoWidth === 0) return;
    const picture = pictureOf(video, video.videoWidth, video.videoHeight, kind);
    change(() => [...pictures, picture]);
  });
  /** Says what is before the camera, again and again. */
  const watch = async (): Promise<void> => {
    while (camera.on) {
      await turns.done();
      if (ready && video.videoWidth > 0 && !document.hidden) {
        await see(pictureOf(video, video.videoWidth, video.videoHeight, '')).catch((error) =>
          text('pictures-note', (error as Error).message),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  addEventListener('pagehide', () => camera.stop());

  const bytes = await store.read(stored).catch(() => undefined);
  if (bytes) pictures = await restored(bytes, pictureOf).catch(() => []);
  showCamera();
  await learn();
}

async function restored(
  bytes: Uint8Array,
  pictureOf: (source: CanvasImageSource, width: number, height: number, kind: string) => Picture,
): Promise<Picture[]> {
  const all = JSON.parse(new TextDecoder().decode(bytes)) as { kind: string; image: string }[];
  return Promise.all(
    all.map(async ({ kind, image }) => {
      const element = new Image();
      element.src = image;
      await element.decode();
      return pictureOf(element, pictureSize, pictureSize, kind);
    }),
  );
}

function copyOf(square: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = pictureSize;
  canvas.getContext('2d')?.drawImage(square, 0, 0);
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}
