/** The commands of the tree "Images". Those about one image ask which one, where no row tells it. */
export const ImagesCommand = {
  fetch: 'larder.images.fetchImage',
  forceFetch: 'larder.images.forceFetchImage',
  refresh: 'larder.images.refresh',
  fetchMissing: 'larder.fetchMissingOfWorkspace',
  checkTags: 'larder.checkTagsOfWorkspace',
  prepare: 'larder.images.preparePod',
  reveal: 'larder.revealImage',
  copyId: 'larder.copyImageId',
  remove: 'larder.removeImage',
} as const;
