import {
  AdadeltaOptimizer,
  AdagradOptimizer,
  AdamaxOptimizer,
  clone,
  engine,
  getBackend,
  MomentumOptimizer,
  type Optimizer,
  RMSPropOptimizer,
  SGDOptimizer,
  type Tensor,
} from '@tensorflow/tfjs-core';

const guarded = [
  AdadeltaOptimizer,
  AdagradOptimizer,
  AdamaxOptimizer,
  MomentumOptimizer,
  RMSPropOptimizer,
  SGDOptimizer,
];

type Apply = Optimizer['applyGradients'];

/**
 * Lets a step of the optimizers of tfjs-core that fails change nothing, while the simd backend is in use: they change
 * one variable after the other, and the memory may be full half-way. (replaceAdam.ts does so for Adam.)
 *
 * @returns a function that restores the former steps.
 */
export function guardSteps(): () => void {
  const undo = guarded.map(({ prototype }: { prototype: Optimizer }) => {
    const former = prototype.applyGradients;
    const present: Apply = function (this: Optimizer, gradients) {
      if (getBackend() !== 'simd') return former.call(this, gradients);
      const state = stateOf(this);
      try {
        former.call(this, gradients);
      } catch (error) {
        state.restore();
        throw error;
      } finally {
        state.release();
      }
    };
    prototype.applyGradients = present;
    return () => {
      if (prototype.applyGradients === present) prototype.applyGradients = former;
    };
  });
  return () => {
    for (const restore of undo) restore();
  };
}

interface State {
  /** Gives all variables their values back, and drops those that the step has made. */
  restore(): void;
  release(): void;
}

/** The values of all variables, which are not copied: an assignment gives a variable other memory. */
function stateOf(optimizer: Optimizer): State {
  const { registeredVariables } = engine();
  const values = new Map<string, Tensor>();
  for (const name in registeredVariables) values.set(name, clone(registeredVariables[name]!));
  // What it keeps of each variable is in lists, which the first step fills.
  const lists = Object.values(optimizer).filter((field): field is unknown[] =>
    Array.isArray(field),
  );
  const lengths = lists.map((list) => list.length);
  return {
    restore() {
      for (const [name, variable] of Object.entries(registeredVariables)) {
        const value = values.get(name);
        if (value) variable.assign(value);
        else variable.dispose();
      }
      for (const [i, list] of lists.entries()) list.length = lengths[i]!;
    },
    release() {
      for (const value of values.values()) value.dispose();
    },
  };
}
