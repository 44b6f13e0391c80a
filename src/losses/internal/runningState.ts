import type { ClassLoss } from '../classification/classLoss.ts';
import { checkState, type LossState } from '../parametricLoss.ts';

/**
 * A loss over classes that also keeps running statistics of its batches: `running` holds them by name. They go in and out
 * with the parameters of the loss.
 */
export function withRunningState(
  loss: ClassLoss,
  running: Readonly<Record<string, Float32Array>>,
): ClassLoss {
  const entries = Object.entries(running);
  return {
    ...loss,
    async state() {
      const statistics = entries.map(([key, values]) => [
        key,
        { shape: [values.length], values: values.slice() },
      ]);
      return { ...(await loss.state()), ...Object.fromEntries(statistics) } as LossState;
    },
    restore(state) {
      const shapes = entries.map(([key, { length }]) => [key, { shape: [length] }]);
      checkState(loss.name, state, { ...loss.variables, ...Object.fromEntries(shapes) });
      const parameters = Object.entries(state).filter(([key]) => !Object.hasOwn(running, key));
      loss.restore(Object.fromEntries(parameters));
      for (const [key, values] of entries) values.set(state[key]?.values as Float32Array);
    },
    async snapshot() {
      const parameters = await loss.snapshot?.();
      const kept = entries.map(([, values]) => values.slice());
      return {
        restore() {
          parameters?.restore();
          entries.forEach(([, values], i) => {
            values.set(kept[i]!);
          });
        },
        dispose: () => parameters?.dispose(),
      };
    },
  };
}
