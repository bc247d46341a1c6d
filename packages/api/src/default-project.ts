/** The one project of single-user mode: the first migration makes it. */
export const defaultProjectId = 'default'
