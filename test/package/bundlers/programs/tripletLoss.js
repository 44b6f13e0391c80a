// One loss, and nothing else of the library.
import '@tensorflow/tfjs-backend-cpu';
import { tensor2d } from '@tensorflow/tfjs-core';
import { tripletLoss } from 'tfjs-metric-learning';

// anchor 0, positive 1, negative 3: max(0, 1 - 9 + margin 10)
globalThis.outcome = tripletLoss(10)(tensor2d([[0]]), tensor2d([[0, 1, 3]]))
  .data()
  .then(([value]) => ({ value }));
