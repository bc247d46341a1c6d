'use client'
import { useEffect, useState } from 'react'

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
  useEffect(() => {
    const again = () => setCount((before) => before + 1)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', again)
    window.addEventListener('graft-theme', again)
    return () => {
      system.removeEventListener('change', again)
      window.removeEventListener('graft-theme', again)
    }
  }, [])
  return count
}
