import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of a handmade zip; every field that an attacker might lie about can be set. */
export interface ZipItem {
  name: string
  data?: Uint8Array
  stored?: boolean
  /** Unix mode in the high half of the external attributes, for instance 0o120777 for a link. */
  mode?: number
  flags?: number
  method?: number
  claimedSize?: number
  claimedCrc?: number
}

const utf8Flag = 0x800

/** A zip file's bytes, written field by field so that tests can make archives that no zip program would. */
export function zipBytes(items: readonly ZipItem[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const item of items) {
    const data = Buffer.from(item.data ?? new Uint8Array())
    const packed = item.stored === true ? data : deflateRawSync(data)
    const name = Buffer.from(item.name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(utf8Flag | (item.flags ?? 0), 2)
    common.writeUInt16LE(item.method ?? (item.stored === true ? 0 : 8), 4)
    common.writeUInt32LE(item.claimedCrc ?? crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(item.claimedSize ?? data.length, 18)
    common.writeUInt16LE(name.length, 22)
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, name, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((item.mode ?? 0o100644) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, name)
    offset += 30 + name.length + packed.length
  }
  const directoryBytes = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  // Past 65,535 entries a real zip needs the 64-bit record; 0xffff announces it.
  end.writeUInt16LE(Math.min(items.length, 0xffff), 4)
  end.writeUInt16LE(Math.min(items.length, 0xffff), 6)
  end.writeUInt32LE(directoryBytes.length, 8)
  end.writeUInt32LE(offset, 12)
  const wide = items.length >= 0xffff ? wideEndRecord(items.length, directoryBytes.length, offset) : Buffer.alloc(0)
  return Buffer.concat([...parts, directoryBytes, wide, Buffer.from('PK\x05\x06', 'latin1'), end])
}

/** The zip64 end record and its locator. */
function wideEndRecord(count: number, length: number, offset: number): Buffer {
  const record = Buffer.alloc(76)
  record.write('PK\x06\x06', 0, 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(45, 12)
  record.writeUInt16LE(45, 14)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(length), 40)
  record.writeBigUInt64LE(BigInt(offset), 48)
  record.write('PK\x06\x07', 56, 'latin1')
  record.writeBigUInt64LE(BigInt(offset + length), 64)
  record.writeUInt32LE(1, 72)
  return record
}
