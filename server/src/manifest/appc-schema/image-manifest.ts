import { app } from './app.ts';
import { annotations, labels } from './labels.ts';
import { advised, filled, list, object, text, uint, word } from './shape.ts';
import { MANIFEST_KIND, TEXT } from './text-kinds.ts';
import { present } from './together.ts';

const dependency = filled(
  'a dependency',
  object(
    {
      imageName: word(TEXT.acIdentifier),
      imageID: advised(text(TEXT.imageId), TEXT.wholeImageId),
      labels,
      size: uint,
    },
    present('imageName', 'the name of an image'),
  ),
);

/** The manifest of an ACI (aci.md, "Image Manifest Schema"). */
export const imageManifest = object(
  {
    acKind: word(MANIFEST_KIND),
    acVersion: word(TEXT.version),
    name: word(TEXT.acIdentifier),
    labels,
    app,
    annotations,
    dependencies: list(dependency),
    pathWhitelist: list(advised(text(), TEXT.absolutePath)),
  },
  present('acVersion', TEXT.version.allowed),
  present('name', TEXT.acIdentifier.allowed),
);
