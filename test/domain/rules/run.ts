import { rememberingParser, statusReader } from '../../../server/src/domain/image-status.ts';
import type { Finding, Rule } from '../../../server/src/domain/rules/rule.ts';
import type { StoreState } from '../../../server/src/domain/store-view.ts';
import type { ManifestImage } from '../../../server/src/manifest/manifest.ts';
import { NOW } from '../../helpers/records.ts';
import { storeOf } from '../../helpers/store-view.ts';

/** Runs one rule on one image, on linux/amd64. */
export function run(rule: Rule, source: ManifestImage, store: StoreState = storeOf({})): readonly Finding[] {
  const platform = { os: 'linux', architecture: 'amd64' };
  const status = statusReader({ store, platform, now: NOW }, rememberingParser())(source);
  return rule({ source, status, platform, now: NOW });
}
