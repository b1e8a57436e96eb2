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
  /** Makes a pod of an open manifest ready to run; argument {@link PrepareArguments}. */
  prepare: 'larder.prepare',
  /** Removes an image from the store; argument {@link RemoveArguments}. */
  remove: 'larder.remove',
  /** Frees disk space: removes what nobody needs from the store, or says what that is; argument {@link GcArguments}. */
  gc: 'larder.gc',
  /** Gets keys to look at, trusts none; argument {@link InspectKeysArguments}. */
  inspectKeys: 'larder.inspectKeys',
  /** Trusts a key that a person has looked at; argument {@link TrustArguments}. */
  trust: 'larder.trust',
  /** Tries whether a registry takes credentials, and keeps nothing of them; argument {@link SignInArguments}. */
  signIn: 'larder.signIn',
  /** Pins images to the digests that the store has for them, or undoes it; argument {@link PinArguments}. */
  pin: 'larder.pin',
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

/** Which pod of a document: by its number from 0, by a place in it, or the only one. */
export interface PrepareArguments {
  readonly uri: string;
  readonly pod?: number;
  readonly position?: { readonly line: number; readonly character: number };
}

interface PlaceRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface PrepareResult {
  readonly uuid: string;
  /** Directory of the pod. */
  readonly path: string;
  /** Of the reified PodManifest, for `workspace/textDocumentContent`. */
  readonly uri: string;
  /** What was decided for the user. */
  readonly notes: readonly string[];
  /** What has no counterpart in appc, and why. */
  readonly unmapped: readonly { readonly path: string; readonly why: string; readonly range: PlaceRange }[];
}

/** Scheme of the documents that show prepared pods: `larder-pod:/UUID/NAME`. */
export const POD_SCHEME = 'larder-pod';

export interface RemoveArguments {
  readonly imageId: string;
}

export interface GcArguments {
  /** Says what would go, and removes nothing. */
  readonly dryRun: boolean;
  /** How long something must not have been used, in Go's syntax: `24h`, which it is when absent; `0s`. */
  readonly gracePeriod?: string;
  /** Goes on, though images may go that only files name which cannot be read; a person has been told of {@link GcResult.unread}. */
  readonly acceptUnread?: boolean;
}

/** What went, or would. */
export interface GcResult {
  /** Number of images. */
  readonly images: number;
  readonly bytes: number;
  /** "1.2 GB". */
  readonly size: string;
  /** "3 images and 1 rendered tree"; null when nothing did. */
  readonly what: string | null;
  /** What stays and why, in sentences. */
  readonly kept: string;
  /** Files and directories of the workspace that could not be read, so that the images that only they name do not stay. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/** Which images a key is meant for: those whose names begin so, component by component; null for all images. */
export type KeyScope = string | null;

export interface InspectKeysArguments {
  readonly scope: KeyScope;
  /** An https URL, or an absolute path. Absent: what the scope's host publishes (appc/spec, "ac-discovery-pubkeys"). */
  readonly key?: string;
}

/** A public key as people judge it. All texts are on one line, whatever is in them. */
export interface KeyFound {
  /** Where it is from: a URL or a path. */
  readonly origin: string;
  /** Lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly subkeys: readonly string[];
  readonly identities: readonly string[];
  readonly algorithm: string;
  /** Milliseconds since the epoch; it expires `null` for never. */
  readonly created: number;
  readonly expires: number | null;
  /** Why signatures by it would be refused, as it reads after "because"; null when they would not. */
  readonly problem: string | null;
  /** The key itself, for {@link TrustArguments}: what was looked at is what is trusted, whatever its origin answers next. */
  readonly armored: string;
}

export interface InspectKeysResult {
  readonly keys: readonly KeyFound[];
}

export interface TrustArguments extends Pick<KeyFound, 'fingerprint' | 'armored'> {
  readonly scope: KeyScope;
}

export interface TrustResult {
  /** The file that says so from now on. */
  readonly path: string;
}

export interface SignInArguments extends RegistryCredentials {
  /** As people write it: `docker.io`, `registry.example:5000`. */
  readonly registry: string;
}

export interface SignInResult {
  /** The host that is asked, by which {@link CredentialsNotification} knows it. */
  readonly registry: string;
}

export interface PinArguments {
  /** `workspace`: all manifests in its folders, and the client has a person confirm the edit, where it can. */
  readonly scope: 'file' | 'workspace';
  /** The open document that is meant by `file`. */
  readonly uri?: string;
  /** `update`: pins whose tag leads to another digest by now. */
  readonly what: 'pin' | 'unpin' | 'update';
}

export interface PinResult {
  /** Whether the client has made the edit; false also when there was none to make. */
  readonly applied: boolean;
  /** How many images the edit is about, and in how many files. */
  readonly images: number;
  readonly files: number;
  /** Images that are to be pinned, and the store has nothing to pin them to. */
  readonly unknown: number;
}

/** Why a command failed for an image; see docs/errors.md for the codes. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** See LarderError: the image name to trust a key for, which may be that of a dependency; the registry to sign in to. */
  readonly subject?: string;
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

/** Request, client → server: {@link ImagesViewParams} → {@link ImagesView}. */
export const ImagesViewRequest = 'larder/imagesView';

/** Notification, server → client, once it has been asked for the view: it reads otherwise now. It comes once until it is asked again. */
export const ImagesViewNotification = 'larder/imagesViewChanged';

export interface ImagesViewParams {
  /** Whether to look through the files of the workspace anew, instead of relying on being told what changes. */
  readonly reread?: boolean;
}

/** The images of the workspace's manifests and of the store, each with its state in words. All labels and words are on one line. */
export interface ImagesView {
  /** What wants a person's attention first, then by text. */
  readonly workspace: readonly WorkspaceImage[];
  /** The newest first. */
  readonly store: readonly StoreImage[];
  /** The sentence that says why the store is not known. */
  readonly failure: string | null;
}

export type WorkspaceImageState =
  'missing' | 'moved' | 'stale' | 'unknown' | 'invalid' | 'unresolved' | 'stored' | 'pinned';

export interface ImageLabel {
  /** All of it. */
  readonly label: string;
  /** Without its host, and with a digest cut short. */
  readonly short: string;
  readonly host: string | null;
}

/** One text that names an image, in however many places. */
export interface WorkspaceImage extends Pick<FetchItem, 'image' | 'syntax'>, ImageLabel {
  /** One spelling for all texts that mean the same image; null for what is not valid, or not known yet. */
  readonly canonical: string | null;
  readonly state: WorkspaceImageState;
  /** The state, as it stands beside the image. */
  readonly words: string;
  /** Of the image in the store that it leads to. */
  readonly imageId: string | null;
  /** Those that apply, written or defaulted. */
  readonly policies: readonly string[];
  readonly places: readonly ImagePlace[];
  /** Markdown, with no link in it. */
  readonly tooltip: string;
}

/** Where a manifest names an image. */
export interface ImagePlace {
  readonly uri: string;
  readonly range: PlaceRange;
  /** Who names it: "Deployment shop, container web". */
  readonly owner: string;
}

export interface StoreImage extends ImageLabel {
  readonly imageId: string;
  /** Its size, age and use, as they stand beside it. */
  readonly words: string;
  /** What leads to it: docker references, or a URL. */
  readonly references: readonly string[];
  /** How many manifests of the workspace name it. */
  readonly manifests: number;
  /** How many prepared pods use it. */
  readonly pods: number;
  /** Markdown, with no link in it. */
  readonly tooltip: string;
}

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
  /** Hosts that count or limit requests, as they last said. */
  readonly limits: readonly HostLimit[];
}

/** How often a host lets itself be asked, by its own word. */
export interface HostLimit {
  readonly host: string;
  /** Requests in a window of time; null when the host does not say. */
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Until when it wants to be left alone; milliseconds since the epoch, null when it may be asked. */
  readonly retryAt: number | null;
}

/** Notification, client → server, at start (as initializationOptions.network) and on change: VS Code's own network settings. */
export const NetworkNotification = 'larder/network';

/** A forked server inherits neither VS Code's proxy nor its certificates; this carries them. */
export interface NetworkSnapshot {
  /** `http.proxy`; null leaves it to the environment. */
  readonly proxy: string | null;
  /** `http.proxyAuthorization`: the value of a Proxy-Authorization header. A secret. */
  readonly proxyAuthorization?: string;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxyStrictSSL`. */
  readonly strictSSL: boolean;
  /** Extra certificate authorities, PEM. */
  readonly certificates: readonly string[];
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Notification, client → server, at start and on change: all credentials that the client keeps, by the host of their registry. They are
 * kept in memory only.
 */
export const CredentialsNotification = 'larder/credentials';

export interface CredentialsParams {
  readonly registries: Readonly<Record<string, RegistryCredentials>>;
}

/** What a client can do beyond LSP; absent means that it cannot. */
export interface ClientPowers {
  /** It runs `command:` links of a hover for the commands of {@link LINK_COMMANDS}, and for no others. */
  readonly commandLinks?: boolean;
  /** It has VS Code's command `workbench.action.openSettings`, which takes the key of a setting. */
  readonly openSettings?: boolean;
  /** Where a fetch fails with E_SIGNATURE_UNTRUSTED, it says so itself and offers to trust a key. */
  readonly offersTrust?: boolean;
  /** Where a command fails with E_AUTH_REQUIRED or E_AUTH_REFUSED, it says so itself and offers to sign in. */
  readonly offersSignIn?: boolean;
}

/** The allow-list for links in trusted Markdown. */
export const LINK_COMMANDS = [Command.fetch] as const;

export interface InitializationOptions {
  readonly network?: NetworkSnapshot;
  readonly client?: ClientPowers;
}
