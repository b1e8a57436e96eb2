import { badEntry } from '../aci/archive-error.ts';
import type { ByteString, TarEntry } from '../aci/tar-entry.ts';
import { bytesOf } from '../aci/tar-entry.ts';

/** Everything of the image is below it (appc/spec, aci.md, "Image Layout"). */
const ROOTFS = 'rootfs';

/**
 * The components below `rootfs` of a name in an ACI, cleaned as by Go's filepath.Clean.
 * @param name the entry's own or that of its hard link's target
 * @returns undefined for a name beside `rootfs`: the manifest, or what has no meaning
 * @throws LarderError E_ARCHIVE when `..` leads out of `rootfs`
 */
export function componentsOf(entry: TarEntry, name: ByteString): ByteString[] | undefined {
  const components: ByteString[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') components.push(part);
    else if (components.length > 1) components.pop();
    else throw badEntry(entry.name, 'leads out of the image');
  }
  return components.shift() === ROOTFS ? components : undefined;
}

/**
 * Why a file system of this platform cannot have a file of that name, as it reads after "because"; undefined when nothing is
 * known against it. Two names that it takes for one are found when the second is made.
 */
export function unfitName(name: ByteString, platform: NodeJS.Platform): string | undefined {
  // Linux and the BSDs take any bytes.
  if (platform !== 'win32' && platform !== 'darwin') return undefined;
  if (!isUtf8(name)) return 'it is not valid UTF-8';
  if (platform === 'darwin') return undefined;
  if (WINDOWS_CHARACTERS.test(name)) return 'Windows allows none of <>:"|?*\\ and no control characters';
  if (/[. ]$/.test(name)) return 'Windows drops a dot or space at the end';
  return WINDOWS_DEVICES.test(name) ? 'Windows keeps it for a device' : undefined;
}

// A backslash would lead somewhere else there, and a colon into another stream of a file.
const WINDOWS_CHARACTERS = /[<>:"|?*\\\x00-\x1f]/;
/** The superscripts, which count as digits here, are two bytes of UTF-8. */
const WINDOWS_DEVICES =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)(?:[0-9]|\xc2[\xb9\xb2\xb3])) *(?:\..*)?$/i;

/** Whether the bytes of a name are UTF-8, so that they come out of a JavaScript string as they went in. */
export function isUtf8(name: ByteString): boolean {
  const bytes = bytesOf(name);
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}
