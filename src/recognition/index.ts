export {
  type Bundle,
  type BundledExtractor,
  type BundleParts,
  decodeBundle,
  encodeBundle,
} from './bundleFile.ts';
export {
  createRecognizer,
  type Recognition,
  type RecognizeOptions,
  type Recognizer,
  type RecognizerOptions,
} from './createRecognizer.ts';
