/** The images that are pulled. */
import type { ImageShape, LayerShape } from './images.ts';

const MB = 1_000_000;

/** An image of equal layers. */
function image(name: string, layers: number, layer: Omit<LayerShape, 'seed'>): ImageShape {
  return {
    name: `bench/${name}`,
    tag: '1',
    layers: Array.from({ length: layers }, (_, index) => ({ seed: `${name}-${index}`, ...layer })),
  };
}

/** 200 MB of files. */
export const FIVE_LAYERS = image('five-layers', 5, { files: 400, fileSize: MB / 10 });

/** Ten times {@link FIVE_LAYERS}: 2 GB of files. */
export const TEN_TIMES = image('ten-times', 10, { files: 400, fileSize: MB / 2 });

/** 20,000 files in five layers, 40 MB. */
export const MANY_FILES = image('many-files', 5, { files: 4_000, fileSize: 2_000 });
