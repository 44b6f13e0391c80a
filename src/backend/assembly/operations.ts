// Codes of operations. One table for both sides: AssemblyScript compiles it into the kernels, and the calls in
// ../kernels import it as TypeScript. The codes of one function count from 0.

/** Of binary: a (operation) b. */
export const ADD = 0;
export const SUBTRACT = 1;
export const MULTIPLY = 2;
export const DIVIDE = 3;
export const MAXIMUM = 4;
export const MINIMUM = 5;
export const SQUARED_DIFFERENCE = 6;
/** a / b, and 0 where b is 0. */
export const DIVIDE_OR_ZERO = 7;
/** 1 where a is b, and 0 elsewhere. */
export const EQUAL = 8;

/** Of unary: operation(x). */
export const RELU = 0;
export const RELU6 = 1;
export const SQUARE = 2;
export const SQUARE_ROOT = 3;
export const RECIPROCAL_ROOT = 4;
export const NEGATE = 5;
export const ABSOLUTE = 6;
export const EXP = 7;
export const LOG = 8;
export const SIGMOID = 9;
export const TANH = 10;
export const ELU = 11;
export const FLOOR = 12;
export const CEIL = 13;

/** Of reduceRows and reduceMiddle. */
export const REDUCE_SUM = 0;
export const REDUCE_MAX = 1;
export const REDUCE_MIN = 2;

/** Activations with which a convolution or a product can end. */
export const ACTIVATE_LINEAR = 0;
export const ACTIVATE_RELU = 1;
export const ACTIVATE_RELU6 = 2;

/** Cells of recurrent layers. */
export const CELL_SIMPLE = 0;
export const CELL_GRU = 1;
export const CELL_LSTM = 2;

/** Activations within these cells. */
export const GATE_LINEAR = 0;
export const GATE_RELU = 1;
export const GATE_SIGMOID = 2;
export const GATE_HARD_SIGMOID = 3;
export const GATE_TANH = 4;

/** Panels of 4 rows of the batch that go through the steps of a recurrent layer together. */
export const RECURRENT_PANELS = 4;
