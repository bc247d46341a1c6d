'use client'
import { useEffect, useState, type RefObject } from 'react'

/** A token's colour as a canvas wants it: resolved for the theme that is on. `token`: a colour's name in globals.css, for instance `accent`. */
export function resolveColour(host: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--color-${token})`
  host.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

/** Counts changes of the theme, by the system or by the toggle. */
export function useThemeCount(): number {
  const [count, setCount] = useState(0)
  useEffect(() => onThemeChange(() => setCount((before) => before + 1)), [])
  return count
}

/** What `read` finds at an element in the theme that is on; null before the first picture. `read` must not change. */
export function useThemed<Value>(host: RefObject<HTMLElement | null>, read: (host: HTMLElement) => Value): Value | null {
  const [value, setValue] = useState<Value | null>(null)
  useEffect(() => {
    const again = () => setValue(read(host.current!))
    again()
    return onThemeChange(again)
  }, [host, read])
  return value
}

function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  window.addEventListener('graft-theme', listener)
  return () => {
    system.removeEventListener('change', listener)
    window.removeEventListener('graft-theme', listener)
  }
}
