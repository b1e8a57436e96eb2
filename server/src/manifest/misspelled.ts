import { distance } from 'fastest-levenshtein';

const NEAR_MISS_MIN_LENGTH = 8;
const NEAR_MISS_DISTANCE = 2;

/**
 * The key that was meant by one the API server does not know: another case (`imagepullpolicy`), other separators
 * (`image_pull_policy`), or, for long keys, up to two wrong letters (`imagePulPolicy`). Short keys have too many honest
 * neighbours for the latter. Undefined when the key is right or is nothing like any of them.
 */
export function meantKey(key: string, keys: readonly string[]): string | undefined {
  if (keys.includes(key) || key.length > 40) return undefined;
  const plain = simplify(key);
  return keys.find((meant) => {
    const wanted = simplify(meant);
    return (
      plain === wanted ||
      (wanted.length >= NEAR_MISS_MIN_LENGTH && distance(plain, wanted) <= NEAR_MISS_DISTANCE)
    );
  });
}

function simplify(key: string): string {
  return key.toLowerCase().replace(/[\s_-]/g, '');
}
