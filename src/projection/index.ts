export { type Pca, type PcaOptions, pca } from './pca.ts';
export { type Tsne, type TsneOptions, tsne } from './tsne.ts';
export { type UmapOptions, umap } from './umap.ts';
