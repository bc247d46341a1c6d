'use client'
import { useEffect, useState } from 'react'

/** The value as it was when it last stood still for so many milliseconds: what is costly to draw waits for the end of a movement. */
export function useSettled<Value>(value: Value, milliseconds: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
