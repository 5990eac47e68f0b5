"""The one page of the app: a form for a new note above the notes so far."""

from django.urls import reverse_lazy
from django.views.generic import CreateView

from .models import Note


class NotesView(CreateView):
    model = Note
    fields = ['text']
    success_url = reverse_lazy('notes')
    extra_context = {'notes': Note.objects.all}  # called anew for each page
