/** Keras's `to_snake_case`, from which counted layer names and groups of .weights.h5 files come: `Conv2D` is `conv2d`, `ReLU` `re_lu`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}
