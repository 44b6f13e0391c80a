import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSocket } from './webSocket.ts';

/** A page in Firefox, driven over WebDriver BiDi. */
export interface FirefoxPage {
  goto(url: string): Promise<void>;
  /** The value of an expression, awaited; plain data. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Waits until an expression is true. */
  until(expression: string, milliseconds?: number): Promise<void>;
  /** Presses the mouse at the first place, and moves it along the others, in pixels of the window. */
  drag(places: readonly (readonly [number, number])[]): Promise<void>;
  /** Clicks an element in its middle. */
  click(selector: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the Firefox of this machine, without a window: the one FIREFOX_PATH names, or `firefox-esr` on the PATH.
 *
 * @throws Error that says how to install it.
 */
export async function startFirefox(): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  const program = process.env['FIREFOX_PATH'] || 'firefox-esr';
  const firefox = spawn(
    program,
    [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      '--remote-debugging-port',
      '0',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const end = (): void => {
    firefox.kill();
    firefox.once('exit', () => rmSync(profile, { recursive: true, force: true }));
  };
  try {
    const send = await connect(`${await addressOf(firefox, program)}/session`);
    await send('session.new', { capabilities: {} });
    const { contexts } = await send<{ contexts: { context: string }[] }>(
      'browsingContext.getTree',
      {},
    );
    const context = contexts[0]?.context as string;
    await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 900 } });
    return pageOf(send, context, end);
  } catch (error) {
    end();
    throw error;
  }
}

type Send = <Result>(method: string, params: object) => Promise<Result>;

function pageOf(send: Send, context: string, end: () => void): FirefoxPage {
  const page: FirefoxPage = {
    async goto(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(expression) {
      const answer = await send<Evaluated>('script.evaluate', {
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        target: { context },
        awaitPromise: true,
      });
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text);
      const text = answer.result?.value;
      return text === undefined ? undefined : JSON.parse(text);
    },
    async until(expression, milliseconds = 60_000) {
      const last = Date.now() + milliseconds;
      while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
        if (Date.now() > last)
          throw new Error(`after ${milliseconds} ms it is not so: ${expression}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async drag([first = [0, 0], ...others]) {
      const move = ([x, y]: readonly [number, number], duration: number): object => ({
        type: 'pointerMove',
        x: Math.round(x),
        y: Math.round(y),
        duration,
      });
      await send('input.performActions', {
        context,
        actions: [
          {
            type: 'pointer',
            id: 'mouse',
            actions: [
              move(first, 0),
              { type: 'pointerDown', button: 0 },
              ...others.map((place) => move(place, 40)),
              { type: 'pointerUp', button: 0 },
            ],
          },
        ],
      });
    },
    async click(selector) {
      const place = await page.evaluate<[number, number]>(
        `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: 'center' });
          const { left, top, width, height } = e.getBoundingClientRect(); return [left + width / 2, top + height / 2]; })()`,
      );
      await page.drag([place]);
    },
    async close() {
      await send('browser.close', {}).catch(() => undefined);
      end();
    },
  };
  return page;
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly value?: string };
  readonly exceptionDetails?: { readonly text: string };
}

/** The address that Firefox prints when it listens. */
function addressOf(firefox: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const late = setTimeout(
      () => reject(new Error(`Firefox does not listen:\n${printed}`)),
      60_000,
    );
    firefox.once('error', () => {
      clearTimeout(late);
      reject(
        new Error(
          `These tests need Firefox, and ${program} cannot be started. Debian: apt-get install firefox-esr. ` +
            'Elsewhere: set FIREFOX_PATH to the executable of Firefox.',
        ),
      );
    });
    firefox.stderr?.on('data', (data) => {
      printed += data;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(printed)?.[1];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}

async function connect(address: string): Promise<Send> {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let lastId = 0;
  const socket = await openSocket(address, (text) => {
    const answer = JSON.parse(text) as {
      id?: number;
      result?: never;
      error?: string;
      message?: string;
    };
    const call = waiting.get(answer.id ?? -1);
    if (!call) return;
    waiting.delete(answer.id as number);
    if (answer.error) call.reject(new Error(`${answer.error}: ${answer.message}`));
    else call.resolve(answer.result as never);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
