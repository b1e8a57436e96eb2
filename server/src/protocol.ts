/**
 * Everything that client and server say to each other beyond LSP: names and types, no logic. The client may import this
 * file and nothing else of the server.
 */

/** `workspace/executeCommand` commands that the server answers, in any editor. */
export const Command = {
  /** Fetches images; argument {@link FetchArguments}. */
  fetch: 'larder.fetch',
  /** Asks registries whether tags have moved (at most one HEAD an image), downloads nothing; argument {@link RefreshArguments}. */
  refresh: 'larder.refresh',
  /** Removes an image from the store; argument {@link RemoveArguments}. */
  remove: 'larder.remove',
} as const;

/** One image to fetch, as the manifest writes it, with the mode to use. */
export interface FetchItem {
  readonly image: string;
  readonly syntax: 'docker' | 'appc';
  readonly mode: 'default' | 'remote';
}

export interface FetchArguments {
  readonly images: readonly FetchItem[];
  readonly noCache?: boolean;
}

export interface RefreshArguments {
  readonly images: readonly Pick<FetchItem, 'image' | 'syntax'>[];
}

export interface RemoveArguments {
  readonly imageId: string;
}

/** Why a command failed for an image; see docs/errors.md for the codes. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** How each image of a {@link Command.fetch} ended, in the order asked. */
export interface FetchResult {
  readonly images: readonly (
    | { readonly image: string; readonly imageId: string; readonly outcome: string }
    | { readonly image: string; readonly error: Failure }
  )[];
}

/** What each image of a {@link Command.refresh} was found to be; `unknown`: the store has nothing to compare with. */
export interface RefreshResult {
  readonly images: readonly (
    | { readonly image: string; readonly found: 'unchanged' | 'changed' | 'unknown' }
    | { readonly image: string; readonly error: Failure }
  )[];
}

/** Which images of a document a palette command means. */
export interface ImagesParams {
  readonly uri: string;
  /** With a position, the image there; without, every image of the document. */
  readonly position?: { readonly line: number; readonly character: number };
  /** `missing`: those not in the store; `policy`: each by its own pull policy; `all`: all of them, with `--force-fetch`. */
  readonly which: 'missing' | 'policy' | 'all';
}

/** Request, client → server: {@link ImagesParams} → {@link FetchItem}[]. */
export const ImagesRequest = 'larder/images';

/** Notification, server → client, whenever it changes. */
export const StatusNotification = 'larder/status';

export interface Status {
  readonly storePath: string;
  /** Images in the store; null when the store cannot be read. */
  readonly imageCount: number | null;
  /** Running jobs, as a person reads them: "fetching nginx:1.27". */
  readonly busy: readonly string[];
  /** The last error's sentence, until something succeeds. */
  readonly lastError: string | null;
}

/** Notification, client → server, at start (as initializationOptions.network) and on change: VS Code's own network settings. */
export const NetworkNotification = 'larder/network';

/** A forked server inherits neither VS Code's proxy nor its certificates; this carries them. */
export interface NetworkSnapshot {
  /** `http.proxy`; null leaves it to the environment. */
  readonly proxy: string | null;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxyStrictSSL`. */
  readonly strictSSL: boolean;
  /** Extra certificate authorities, PEM. */
  readonly certificates: readonly string[];
}

/** What a client can do beyond LSP; absent means that it cannot. */
export interface ClientPowers {
  /** It runs `command:` links of a hover for the commands of {@link LINK_COMMANDS}, and for no others. */
  readonly commandLinks?: boolean;
  /** It has VS Code's command `workbench.action.openSettings`, which takes the key of a setting. */
  readonly openSettings?: boolean;
}

/** The allow-list for links in trusted Markdown. */
export const LINK_COMMANDS = [Command.fetch] as const;

export interface InitializationOptions {
  readonly network?: NetworkSnapshot;
  readonly client?: ClientPowers;
}
