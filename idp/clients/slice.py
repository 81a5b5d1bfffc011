"""Registration of the clients."""

from idp.kernel.work.slices import Slice

from .cli import clients

SLICE = Slice(name="clients", commands=(clients,))
