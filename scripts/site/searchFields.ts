/** What is searched, and what a result shows: the same when the index is written and when it is read. */
export const searchFields: { readonly fields: string[]; readonly storeFields: string[] } = {
  fields: ['title', 'heading', 'text'],
  storeFields: ['url', 'title', 'heading', 'text', 'part'],
};
