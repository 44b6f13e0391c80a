import {
  engine,
  type Scalar,
  type Tensor,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';

/**
 * The value of `f` and its gradients by variable name, as tfjs' `variableGrads` gives them; an error of `f` leaves no
 * tensor behind.
 *
 * tfjs keeps tensors of the forward pass for the backward pass, and forgets them when the forward pass throws.
 */
export function variableGradients(
  f: () => Scalar,
  variables: readonly Variable[],
): ReturnType<typeof variableGrads> {
  try {
    return variableGrads(f, [...variables]);
  } catch (error) {
    freeTape();
    throw error;
  }
}

function freeTape(): void {
  const state = engine().state as {
    gradientDepth: number;
    activeTape?: readonly TapeNode[] | null;
  };
  if (state.gradientDepth !== 0) return; // an outer gradient is still being computed
  for (const { saved } of state.activeTape ?? []) {
    for (const tensor of saved ?? []) if (!tensor.isDisposed) tensor.dispose();
  }
  state.activeTape = null;
}

interface TapeNode {
  readonly saved?: readonly Tensor[] | null;
}
