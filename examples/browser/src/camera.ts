/** The camera of this machine, in a video element. */
export interface Camera {
  readonly on: boolean;
  /** Asks for the camera, and shows it. Throws an Error whose message is for the reader of the page. */
  start(): Promise<void>;
  stop(): void;
}

export function createCamera(video: HTMLVideoElement): Camera {
  let stream: MediaStream | undefined;
  return {
    get on() {
      return stream !== undefined;
    },
    async start() {
      if (!navigator.mediaDevices?.getUserMedia) {
        throw new Error(
          'This page cannot use a camera: browsers allow it on https and on this machine only. Choose files instead.',
        );
      }
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'environment', width: { ideal: 640 } },
        });
        video.srcObject = stream;
        await video.play();
      } catch (error) {
        this.stop();
        throw new Error(reasonOf(error as DOMException), { cause: error });
      }
    },
    stop() {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = undefined;
      video.srcObject = null;
    },
  };
}

function reasonOf({ name, message }: DOMException): string {
  switch (name) {
    case 'NotAllowedError':
      return 'The camera is not allowed. Allow it in the settings of the browser for this page, or choose files instead.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No camera was found. Connect one and try again, or choose files instead.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera is in use by another program. Close that program and try again, or choose files instead.';
    default:
      return `The camera does not start (${message}). Choose files instead.`;
  }
}
