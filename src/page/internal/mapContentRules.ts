import {
  colorList,
  listOfExamples,
  nameList,
  namesById,
} from '../../charts/internal/chartRules.ts';
import { sprite } from '../../charts/internal/galleryTile.ts';
import { type OptionTable, optional, required } from '../../internal/readOptions.ts';
import type { MapContent } from '../mapContent.ts';

/** The options of an interactive map. */
export const mapContentRules: OptionTable<
  MapContent,
  'names' | 'colors' | 'thumbnails' | 'neighbors' | 'captions' | 'ids'
> = {
  maps: required({
    expected: 'an array of at least one map, { name, points }',
    accepts: (value) => Array.isArray(value) && value.length > 0,
  }),
  labels: required(listOfExamples),
  names: optional(namesById),
  colors: optional(colorList),
  thumbnails: optional(sprite),
  neighbors: optional({
    expected: 'a record, { indices, k }',
    accepts: (value) => typeof value === 'object' && value !== null && 'indices' in value,
  }),
  captions: optional(nameList),
  ids: optional(listOfExamples),
};
