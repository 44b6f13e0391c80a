import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** One end of the border between a page and a worker: a `Worker`, the `self` of a worker, or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  /** A `MessagePort` has it. */
  start?(): void;
}

/** What the page sends. Each call has a number, under which its answers come back. */
export type Request =
  | { readonly id: number; readonly kind: 'call'; readonly name: string; readonly args: unknown[] }
  | {
      readonly id: number;
      readonly kind: 'train';
      readonly settings: unknown;
      readonly ahead: number;
    }
  /** The page has read an event: one more may be sent. */
  | { readonly id: number; readonly kind: 'read' }
  /** Training is to end after the step at hand; its last events and its history still come. */
  | { readonly id: number; readonly kind: 'abort' }
  /** The page has left the loop, and reads no more. */
  | { readonly id: number; readonly kind: 'leave' };

/** What the worker answers. */
export type Answer =
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'event'; readonly event: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: SentError };

/** An error as plain data. A class would be lost on the way. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** That of a MetricLearningError; undefined for any other error. */
  readonly where: string | undefined;
}

export function sendableError(error: unknown): SentError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, where: undefined };
  }
  const { name, message, stack } = error;
  return {
    name,
    message,
    stack,
    where: error instanceof MetricLearningError ? error.where : undefined,
  };
}

/** The error again, with the class and the words it had. The stack is the worker's. */
export function receivedError({ name, message, stack, where }: SentError): Error {
  const error =
    where === undefined
      ? new Error(message)
      : new MetricLearningError({ where, expected: '', got: '' });
  error.message = message;
  if (where === undefined) Object.defineProperty(error, 'name', { value: name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The buffers in a value that can move to the other side, each once: those of typed arrays that fill them. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (each: unknown, depth: number): void => {
    if (depth > 6 || typeof each !== 'object' || each === null) return;
    if (ArrayBuffer.isView(each)) {
      const whole = each.byteLength === each.buffer.byteLength;
      if (whole && each.buffer instanceof ArrayBuffer) found.add(each.buffer);
    } else if (Array.isArray(each) && typeof each[0] !== 'object') return;
    else for (const part of Object.values(each)) visit(part, depth + 1);
  };
  visit(value, 0);
  return [...found];
}
