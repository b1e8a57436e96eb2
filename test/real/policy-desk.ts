/**
 * A registry with images, signatures beside it, and the two judges: skopeo and Larder are given the same policy, the same
 * registries.d and the same image.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LarderError } from '../../server/src/domain/errors.ts';
import { parseReference } from '../../server/src/domain/reference.ts';
import type { Signer } from '../../server/src/domain/record.ts';
import type { Host } from '../../server/src/engine/host.ts';
import { HttpClient } from '../../server/src/engine/http/http-client.ts';
import { ImagePolicy } from '../../server/src/engine/policy/image-policy.ts';
import { createHost } from '../../server/src/host.ts';
import { archive, sha256 } from '../engine/aci/archives.ts';
import type { Gpg } from './gpg.ts';
import { writeLayout } from './oci-layout.ts';
import { run, runWith } from './parts.ts';

/** What Larder makes of an image: who signed it, or the code of its refusal with the sentence. */
export type LarderVerdict =
  { readonly signers: readonly Signer[] } | { readonly code: string; readonly message: string };

export interface SkopeoVerdict {
  readonly accepts: boolean;
  /** What it wrote to standard error. */
  readonly stderr: string;
}

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export class PolicyDesk {
  readonly registry: string;
  readonly gpg: Gpg;
  readonly directory: string;
  /** The lookaside of all images that no case has another for. */
  readonly lookaside: string;
  #runs = 0;

  constructor(directory: string, registry: string, gpg: Gpg) {
    this.directory = directory;
    this.registry = registry;
    this.gpg = gpg;
    this.lookaside = join(directory, 'lookaside');
  }

  /** Writes a home directory with a registries.d of these files; its path. */
  async home(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const home = join(this.directory, 'homes', name);
    const directory = registriesD(home);
    await mkdir(directory, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
    return home;
  }

  /**
   * Pushes an image of one small file.
   * @param name `REPOSITORY:TAG`
   * @returns the digest of its manifest
   */
  async push(name: string, content: string, ...flags: readonly string[]): Promise<string> {
    const directory = join(this.directory, 'layouts', content);
    const { layout } = await writeLayout(directory, [archive([{ name: 'content' }, content])]);
    await this.copy(`oci:${layout}`, `docker://${this.registry}/${name}`, ...flags);
    return sha256(await this.manifest(name));
  }

  /** Pushes an index of one image for linux/amd64, which is in the same repository; its digest. */
  async pushIndex(name: string, image: string): Promise<string> {
    const manifest = await this.manifest(image);
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: sha256(manifest),
          size: manifest.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    });
    const [repository, tag] = name.split(':');
    const url = `http://${this.registry}/v2/${repository}/manifests/${tag}`;
    const headers = { 'content-type': INDEX_TYPE };
    const { status } = await fetch(url, { method: 'PUT', headers, body: index });
    if (status !== 201) throw new Error(`${url} answered ${status}`);
    return sha256(Buffer.from(index));
  }

  /** `skopeo copy`, with our keys and our lookaside. */
  async copy(from: string, to: string, ...flags: readonly string[]): Promise<void> {
    const home = await this.home('copy', {
      'all.yaml': `default-docker: { lookaside: 'file://${this.lookaside}' }`,
    });
    const places = ['--registries.d', registriesD(home), '--insecure-policy'];
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false', '--quiet'];
    await runWith({ GNUPGHOME: this.gpg.home }, 'skopeo', ...places, 'copy', ...plain, ...flags, from, to);
  }

  /** The bytes of the manifest for linux/amd64. */
  async manifest(name: string): Promise<Buffer> {
    const raw = ['inspect', '--raw', '--tls-verify=false'];
    const text = await run('skopeo', ...raw, `docker://${this.registry}/${name}`);
    const { manifests } = JSON.parse(text) as { manifests?: readonly { digest: string }[] };
    const digest = manifests?.[0]?.digest;
    return digest === undefined
      ? Buffer.from(text)
      : this.manifest(`${name.replace(/[@:].*/, '')}@${digest}`);
  }

  /** Where the signature of an image is. */
  signaturePath(name: string, digest: string, number = 1): string {
    const directory = `${name.replace(/[@:].*/, '')}@${digest.replace(':', '=')}`;
    return join(this.lookaside, directory, `signature-${number}`);
  }

  /** Puts a file there, as a signature or in its place. */
  async put(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, bytes);
  }

  /** A message with this content, signed by gpg. */
  async sign(
    payload: string,
    keys: readonly string[],
    options: { readonly date?: string; readonly options?: readonly string[] } = {},
  ): Promise<Buffer> {
    const file = join(this.directory, `payload-${this.#runs++}`);
    await writeFile(file, payload);
    await this.gpg.signMessage(file, `${file}.gpg`, keys, options);
    return readFile(`${file}.gpg`);
  }

  /** What skopeo makes of an image by a policy. */
  async skopeo(policy: string, home: string, name: string): Promise<SkopeoVerdict> {
    const files = ['--policy', policy, '--registries.d', registriesD(home)];
    const platform = ['--override-os', 'linux', '--override-arch', 'amd64'];
    // Signatures are to be checked, not to be copied: that would be one more thing that can go wrong.
    const copy = ['copy', '--quiet', '--src-tls-verify=false', '--remove-signatures'];
    const target = `dir:${join(this.directory, `copied-${this.#runs++}`)}`;
    try {
      await run('skopeo', ...files, ...platform, ...copy, `docker://${name}`, target);
      return { accepts: true, stderr: '' };
    } catch (error) {
      return { accepts: false, stderr: error instanceof Error ? error.message : String(error) };
    }
  }

  /** What Larder makes of it. */
  async larder(policy: string, home: string, name: string): Promise<LarderVerdict> {
    const host: Host = createHost({ log: QUIET, env: { HOME: home } });
    try {
      const images = new ImagePolicy(host, new HttpClient(host), { path: policy, isRoot: false });
      const manifest = await this.manifest(name.slice(name.indexOf('/') + 1));
      const signal = new AbortController().signal;
      return { signers: await images.check({ reference: parseReference(name), manifest }, signal) };
    } catch (error) {
      if (!(error instanceof LarderError)) throw error;
      return { code: error.code, message: error.message };
    } finally {
      await host.net.close();
    }
  }
}

function registriesD(home: string): string {
  return join(home, '.config/containers/registries.d');
}

function ignore(): void {
  // Nobody reads it.
}
