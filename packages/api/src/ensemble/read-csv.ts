/** The rows of a CSV text (RFC 4180): cells in quotes may hold commas, line breaks and doubled quotes. */
export function* readCsv(text: string): Generator<string[]> {
  let [cells, start, place]: [string[], number, number] = [[], 0, 0]
  while (place < text.length) {
    let cell: string
    if (text[place] === '"') {
      const pieces: string[] = []
      for (;;) {
        const end = text.indexOf('"', place + 1)
        const close = end === -1 ? text.length : end
        pieces.push(text.slice(place + 1, close))
        place = close + 1
        if (text[place] !== '"') break
      }
      cell = pieces.join('"')
    } else {
      start = place
      while (place < text.length && text[place] !== ',' && text[place] !== '\r' && text[place] !== '\n') place += 1
      cell = text.slice(start, place)
    }
    cells.push(cell)
    const mark = text[place]
    place += mark === '\r' && text[place + 1] === '\n' ? 2 : 1
    if (mark === ',') {
      if (place === text.length) cells.push('')
      else continue
    }
    yield cells
    cells = []
  }
  if (cells.length > 0) yield cells
}
