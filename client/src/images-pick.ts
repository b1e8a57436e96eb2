import { window } from 'vscode';

/** Why there is none of a workspace to choose. */
export const NONE_NAMED = 'No manifest of this workspace names an image.';

/** Lets a person choose an image; says so when there is none. */
export async function pickImage<I extends { readonly label: string; readonly words: string }>(
  images: readonly I[],
  nothing: string,
): Promise<I | undefined> {
  if (images.length === 0) {
    void window.showInformationMessage(nothing);
    return undefined;
  }
  const items = images.map((image) => ({ label: image.label, description: image.words, image }));
  const chosen = await window.showQuickPick(items, { placeHolder: 'Which image?', matchOnDescription: true });
  return chosen?.image;
}
